package calendar_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// BenchmarkAddWorkdays compares with walking day by day over a map, in the same run.
func BenchmarkAddWorkdays(b *testing.B) {
	c := calendar.Official()
	reference := newNaive(c)
	from := date("2024-01-15")
	for _, n := range []int{5, 20, 250, 700} {
		b.Run("table/"+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.AddWorkdays(from, n)
			}
		})
		b.Run("day by day/"+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = reference.add(from, n)
			}
		})
	}
}

// BenchmarkFiling compares the rule with the reference, which explains nothing, and
// shows what a notice and postponements cost.
func BenchmarkFiling(b *testing.B) {
	official := calendar.Official()
	reference := newNaive(official)
	put := local(b, official, putOff(nil))
	m, where := month("2026-05"), calendar.Where{Area: "350128", Tax: "vat"}
	rule := bare(b)
	for name, c := range map[string]calendar.Calendar{"rule": rule, "notice": official, "local": put} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Filing(m, where)
			}
		})
	}
	b.Run("reference", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = reference.filing(m.Year, m.Month)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := calendar.Official().Years()[2].Text()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, _ = calendar.Read(2026, strings.NewReader(text))
	}
}

func BenchmarkDiff(b *testing.B) {
	after := calendar.Official()
	before := calendar.New(after.Years()[:2]...)
	for b.Loop() {
		_ = calendar.Diff(before, after)
	}
}
