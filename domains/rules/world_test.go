package rules_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/rules"
)

// grant is a small version that the tests change: a share of what was paid in a
// place, for those who are old enough.
const grant = `policy: grant
version: "1"
title: 测试补贴
valid_from: 2026-01-01
valid_to: 2026-12-31
source: 测试
status: illustrative
types:
  - name: receipt
    fields:
      - {name: place, type: string}
      - {name: paid_fen, type: int, min: 0}
facts:
  - {name: resident, title: 居民, type: bool, identity: true}
  - {name: age, title: 年龄, type: int, min: 0}
  - {name: since, title: 起始, type: date}
  - {name: receipts, title: 凭证, type: list(receipt)}
parameters:
  - name: share_bp
    title: 比例
    type: int
    unit: bp
    values:
      - {value: 1000, valid_to: 2026-06-30, source: 第一条, status: confirmed}
      - {value: 2000, valid_from: 2026-07-01, source: 第二条, status: illustrative}
  - {name: least_age, title: 年龄下限, type: int, unit: 岁, values: [{value: 18, source: 第三条, status: confirmed}]}
  - {name: place, title: 地点, type: string, unit: 代码, values: [{value: "350128", source: 第四条, status: confirmed}]}
steps:
  - {name: amount, title: 金额, is: total * share_bp, over: "10000", round: half_up}
  - {name: total, title: 合计, is: "sum(receipts.filter(r, r.place == place).map(r, r.paid_fen))"}
  - {name: years_to_go, title: 还差几年, is: "greatest(0, least_age - age)"}
conditions:
  - {name: resident, title: 居民, holds: resident, refusal: 只给居民}
  - {name: of_age, title: 成年, holds: age >= least_age, refusal: 未到年龄, change: [{fact: age, to: least_age}]}
  - {name: after_2020, title: 2020年起, holds: 'since >= "2020-01-01"', refusal: 太早}
amount: amount
examples:
  - name: 一笔
    on: 2026-03-01
    facts: {resident: true, age: 18, since: "2021-05-09", receipts: [{place: "350128", paid_fen: 1005}]}
    outcome: granted
    amount_fen: 101
`

// changed is the version with some texts replaced by others, in pairs.
func changed(t testing.TB, pairs ...string) string {
	t.Helper()
	text := grant
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in the version", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// version reads a version that has no mistake.
func version(t testing.TB, text string) *rules.Version {
	t.Helper()
	v, err := rules.Parse("grant.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// book is a book of versions.
func book(t testing.TB, texts ...string) (*rules.Book, error) {
	t.Helper()
	folder := fstest.MapFS{}
	for i, text := range texts {
		folder[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return rules.Load(folder)
}

func evaluate(t testing.TB, v *rules.Version, facts rules.Facts, on string) rules.Trace {
	t.Helper()
	trace, err := v.Evaluate(t.Context(), facts, date(t, on))
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

func date(t testing.TB, text string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// adult are facts that are granted something: a tenth, later a fifth, of 10.05 yuan.
func adult() rules.Facts {
	return rules.Facts{
		"resident": true, "age": 30, "since": "2021-05-09",
		"receipts": []any{receipt("350128", 1005), receipt("350203", 9999)},
	}
}

func receipt(place string, fen int64) any { return map[string]any{"place": place, "paid_fen": fen} }

// with are facts with one changed.
func with(facts rules.Facts, name string, value any) rules.Facts {
	facts[name] = value
	return facts
}

// without are facts of which one is not known.
func without(facts rules.Facts, names ...string) rules.Facts {
	for _, name := range names {
		delete(facts, name)
	}
	return facts
}

func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
}
