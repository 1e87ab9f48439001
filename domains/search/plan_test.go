package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestTheIndexIsUsed asks the database how it finds: it must not read through all
// grams, and not through all texts either where a query names a rare one.
func TestTheIndexIsUsed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.write(corpus(300)...)
		w.analyse()
		for query, whole := range map[string]string{
			"起征点": `"search_texts"`, "起": `"search_texts"`, "起征点 增值税 通知": `"search_texts"`, "網際網路": "", "办理": "", "第299": "",
		} {
			texts, args, err := w.Statements(t.Context(), kind, query, 20)
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range texts {
				plan := w.explain(text, args[i])
				if scans(plan, "search_grams", "g", "e") {
					t.Errorf("%q reads all grams:\n%s", query, plan)
				}
				if whole != "" && scans(plan, "search_texts", "x") {
					t.Errorf("%q reads all texts:\n%s", query, plan)
				}
			}
		}
	})
}

// scans reports whether a plan reads a table from end to end.
func scans(plan, table string, aliases ...string) bool {
	for line := range strings.Lines(plan) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "Seq Scan on "+table) || strings.Contains(line, "SCAN "+table) {
			return true
		}
		for _, alias := range aliases {
			if line == "SCAN "+alias || strings.HasPrefix(line, "SCAN "+alias+" ") {
				return true
			}
		}
	}
	return false
}

func TestScans(t *testing.T) {
	t.Parallel()
	for plan, want := range map[string]bool{
		"SCAN g":                                true,
		"SCAN e USING COVERING INDEX i":         true,
		"SCAN search_grams":                     true,
		"->  Seq Scan on search_grams g":        true,
		"->  Parallel Seq Scan on search_grams": true,
		"SEARCH g USING COVERING INDEX searchgram_kind_gram_text_id (kind=? AND gram=?)": false,
		"SCAN h\n": false,
		"->  Index Only Scan using i on search_grams g": false,
	} {
		if got := scans(plan, "search_grams", "g", "e"); got != want {
			t.Errorf("%q: %v, want %v", plan, got, want)
		}
	}
}

// analyse has PostgreSQL look at what is there, as it does by itself in time.
func (w *world) analyse() {
	w.t.Helper()
	if !w.postgres() {
		return
	}
	err := w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		_, err := w.db.SQL(ctx).ExecContext(ctx, "ANALYZE")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// postgres reports which database this is.
func (w *world) postgres() bool { return w.db.Rebind("?") == "$1" }

// explain is how the database answers a statement, a step a line.
func (w *world) explain(text string, args []any) string {
	w.t.Helper()
	how := "EXPLAIN QUERY PLAN "
	if w.postgres() {
		how = "EXPLAIN "
	}
	rows, err := w.db.SQL(w.t.Context()).QueryContext(w.t.Context(), how+text, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line, a, b, c any
		if w.postgres() {
			err = rows.Scan(&line)
		} else {
			err = rows.Scan(&a, &b, &c, &line)
		}
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintln(&plan, line)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return plan.String()
}
