package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// TestRegisters imports whole registers, then each again.
func TestRegisters(t *testing.T) {
	t.Parallel()
	files := registers(t, synthetic.Options{Seed: 7, People: 1200, Firms: 60, Messy: 0.05})
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d := newDesk(t, db, keys(t))
		rows := map[intake.Kind]int64{}
		for _, kind := range kinds {
			sum := d.take(t, kind, files[kind])
			rows[kind] = int64(strings.Count(files[kind], "\n") - 1)
			if got := sum.Added + sum.Changed + sum.Unchanged; got != rows[kind] || sum.Rejected != 0 {
				t.Errorf("%s: %d rows taken and %d rejected, want %d and none", kind, got, sum.Rejected, rows[kind])
			}
			if size := int64(len(files[kind])); sum.Done != size || sum.Total != size || sum.Line != rows[kind]+1 {
				t.Errorf("%s: %d of %d bytes and line %d, want %d and %d", kind, sum.Done, sum.Total, sum.Line, size, rows[kind]+1)
			}
		}
		before := snapshot(t, d)
		for _, kind := range kinds {
			sum := d.take(t, kind, files[kind])
			if got, want := counts(sum.Progress), [4]int64{0, 0, rows[kind], 0}; got != want {
				t.Errorf("%s again: %v, want %v", kind, got, want)
			}
		}
		after := snapshot(t, d)
		before["runs"], after["runs"] = nil, nil // other counts
		same(t, after, before)
	})
}

func TestSkipFinished(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	first := d.take(t, intake.Passes, passes(plainPass))
	calls := 0
	sum, err := d.Run(t.Context(), intake.Options{
		Kind: intake.Passes, Path: d.file(t, passes(plainPass)), SkipFinished: true,
		Progress: func(intake.Progress) { calls++ },
	})
	if err != nil || !sum.Skipped || calls != 0 || counts(sum.Progress) != counts(first.Progress) {
		t.Errorf("skipped %t after %d batches with %v, error %v; want the counts of the first run and no batch", sum.Skipped, calls, counts(sum.Progress), err)
	}
	sum, err = d.Run(t.Context(), intake.Options{Kind: intake.Passes, Path: d.file(t, passes(plainPass)+secondPass), SkipFinished: true})
	if err != nil || sum.Skipped || sum.Added != 1 {
		t.Errorf("another file: skipped %t, %d added, error %v; want one added", sum.Skipped, sum.Added, err)
	}
}

// TestRenewals imports both orders of the rows of a renewed document.
func TestRenewals(t *testing.T) {
	t.Parallel()
	const (
		oldPermit = "830000190101010019,01,张三,,1901-01-01,M,2015-01-01,2019-12-31,replaced,,,\n"
		newPermit = "830000190101010035,02,张三,,1901-01-01,M,2020-01-01,2029-12-31,issued,,,830000190101010019\n"
		oldPass   = "90000001,01,张三,,,1901-01-01,M,2015-01-01,2019-12-31,replaced,,\n"
		newPass   = "90000001,02,张三,,,1901-01-01,M,2020-01-01,2029-12-31,issued,,\n"
	)
	tests := []struct {
		name       string
		kind       intake.Kind
		rows       [2]string
		documents  int
		successors int
	}{
		{"another number, old first", intake.Permits, [2]string{oldPermit, newPermit}, 2, 1},
		{"another number, new first", intake.Permits, [2]string{newPermit, oldPermit}, 2, 1},
		{"same number, old first", intake.Passes, [2]string{oldPass, newPass}, 1, 0},
		{"same number, new first", intake.Passes, [2]string{newPass, oldPass}, 1, 0},
	}
	for _, tt := range tests {
		for _, batch := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s, batches of %d", tt.name, batch), func(t *testing.T) {
				t.Parallel()
				entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
					d := newDesk(t, db, keys(t))
					content := header(tt.kind) + tt.rows[0] + tt.rows[1]
					sum, err := d.Run(t.Context(), intake.Options{Kind: tt.kind, Path: d.file(t, content), Batch: batch})
					if err != nil || sum.Rejected != 0 {
						t.Fatalf("%d rejected, error %v", sum.Rejected, err)
					}
					checkRenewed(t, db, tt.documents, tt.successors)
				})
			})
		}
	}
}

// checkRenewed wants the later printing in force.
func checkRenewed(t *testing.T, db *entdb.DB, documents, successors int) {
	t.Helper()
	rows := query(t, db, `SELECT recorded, issue_count FROM documents ORDER BY issue_count DESC`)
	if len(rows) != documents || rows[0][0] != "valid" || rows[0][1] != "02" {
		t.Errorf("%d documents, the later printing %v; want %d and a valid 02", len(rows), rows[0], documents)
	}
	if got := len(query(t, db, `SELECT 1 FROM documents WHERE replaced_by IS NOT NULL`)); got != successors {
		t.Errorf("%d successions, want %d", got, successors)
	}
}

func TestRegisterDiffers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	d.take(t, intake.Passes, passes(plainPass))
	sum := d.take(t, intake.Passes, passes(strings.Replace(plainPass, "1980-05-06", "1980-06-05", 1), secondPass))
	if got, want := counts(sum.Progress), [4]int64{1, 0, 0, 1}; got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got := strings.Join(rejected(t, sum), "|"); got != "2,,REGISTER_DIFFERS" {
		t.Errorf("rejected %q, want REGISTER_DIFFERS in line 2", got)
	}
}

// TestPersonsFirst imports what names persons and firms before them, and again
// afterwards.
func TestPersonsFirst(t *testing.T) {
	t.Parallel()
	files := registers(t, synthetic.Options{Seed: 3, People: 100, Firms: 20})
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d := newDesk(t, db, keys(t))
		for kind, want := range map[intake.Kind]string{
			intake.Firms: "2,representative_number,REGISTER_PERSON_UNKNOWN", intake.Records: "2,document_number,REGISTER_PERSON_UNKNOWN",
			intake.Registrations: "2,document_number,REGISTER_PERSON_UNKNOWN", intake.Filings: "2,document_number,REGISTER_PERSON_UNKNOWN",
		} {
			sum := d.take(t, kind, files[kind])
			if sum.Added != 0 || sum.Rejected == 0 || rejected(t, sum)[0] != want {
				t.Errorf("%s before persons: %v with %q, want all rejected with %q", kind, counts(sum.Progress), rejected(t, sum)[0], want)
			}
		}
		for _, kind := range kinds {
			if sum := d.take(t, kind, files[kind]); sum.Rejected != 0 || len(rejected(t, sum)) != 0 {
				t.Errorf("%s in order: %v, want none rejected", kind, counts(sum.Progress))
			}
		}
	})
}

// TestBadRows compares the rejected rows with those that were planted.
func TestBadRows(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 5, People: 1000, Firms: 100, Bad: 0.1, Messy: 0.1})
	d := newDesk(t, entdbtest.New(t), keys(t))
	var firms strings.Builder
	tally, err := synthetic.WriteFirms(&firms, pop)
	if err != nil {
		t.Fatal(err)
	}
	d.take(t, intake.Passes, registers(t, synthetic.Options{Seed: 5, People: 1000})[intake.Passes])
	d.take(t, intake.Permits, registers(t, synthetic.Options{Seed: 5, People: 1000})[intake.Permits])
	sum := d.take(t, intake.Firms, firms.String())
	if int(sum.Rejected) != tally.Bad || int(sum.Added) != tally.Rows-tally.Bad {
		t.Errorf("%d added and %d rejected, want %d and %d", sum.Added, sum.Rejected, tally.Rows-tally.Bad, tally.Bad)
	}
}
