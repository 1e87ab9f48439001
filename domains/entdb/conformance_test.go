package entdb_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	"github.com/minzhengtong/minzhengtong/gen/ent/firm"
	"github.com/minzhengtong/minzhengtong/gen/ent/firmrole"
	"github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
	"github.com/minzhengtong/minzhengtong/gen/ent/link"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
	"github.com/minzhengtong/minzhengtong/gen/ent/proof"
)

func write(t *testing.T, db *entdb.DB, work func(ctx context.Context) error) {
	t.Helper()
	if err := db.InTx(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func addDossier(ctx context.Context, db *entdb.DB, id string, at time.Time) error {
	return db.Client(ctx).Dossier.Create().SetID(id).SetKind(dossier.KindPerson).SetCreateTime(at).Exec(ctx)
}

func addDocument(ctx context.Context, db *entdb.DB, id, file string) error {
	return db.Client(ctx).Document.Create().SetID(id).SetKind(document.KindTaiwanPass).
		SetDossierID(file).SetOriginID(file).SetNumberSealed([]byte{1}).
		SetRecorded(document.RecordedValid).SetOrigin(document.OriginRegister).SetCreateTime(noon).Exec(ctx)
}

func TestTimes(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC, time.FixedZone("", 8*3600), time.FixedZone("", -9*3600-1800)}
	steps := []time.Duration{0, time.Microsecond, 999 * time.Microsecond, 10 * time.Millisecond, 500 * time.Millisecond, time.Second, 9 * time.Hour, 24 * time.Hour}
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx := t.Context()
		var want []time.Time
		write(t, db, func(ctx context.Context) error {
			want = nil
			for i, step := range steps {
				at := noon.Add(step)
				want = append(want, at)
				given := at.Add(999 * time.Nanosecond).In(zones[i%len(zones)])
				if err := addDossier(ctx, db, string(rune('a'+i)), given); err != nil {
					return err
				}
			}
			return nil
		})
		rows, err := db.Client(ctx).Dossier.Query().Order(ent.Asc(dossier.FieldCreateTime)).All(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if got := row.CreateTime; !got.Equal(want[i]) || got.Location() != time.UTC {
				t.Errorf("row %d has %v, want %v", i, got, want[i])
			}
		}
		for i, at := range want {
			for _, zone := range zones {
				n, err := db.Client(ctx).Dossier.Query().Where(dossier.CreateTimeLT(at.In(zone))).Count(ctx)
				if err != nil || n != i {
					t.Errorf("before %v: %d rows, error %v; want %d", at.In(zone), n, err, i)
				}
			}
		}
	})
}

// Text is ordered by its bytes, so that pages of a list cut at the same place on
// both databases.
func TestTextOrder(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx := t.Context()
		want := []string{"0190a3f4-5b6c-7d8e-9f00-000000000001", "0190a3f4-5b6c-7d8e-9f00-00000000000a", "0190a3f4-5b6d-7d8e-8f00-000000000000", "A", "B", "a", "a b", "ab", "é", "乙", "甲"}
		write(t, db, func(ctx context.Context) error {
			for _, id := range []int{7, 3, 0, 10, 5, 2, 9, 1, 8, 4, 6} {
				if err := addFirm(ctx, db, want[id]); err != nil {
					return err
				}
			}
			return nil
		})
		got, err := db.Client(ctx).Firm.Query().Order(ent.Asc("id")).IDs(ctx)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("order is %q with error %v, want %q", got, err, want)
		}
	})
}

// What must exist once does; what no longer holds does not count.
func TestUniqueness(t *testing.T) {
	t.Parallel()
	end := noon.Add(time.Hour)
	role := func(id string, until *time.Time) func(context.Context, *ent.Client) error {
		return func(ctx context.Context, c *ent.Client) error {
			return c.FirmRole.Create().SetID(id).SetFirmID("f").SetDocumentID("d").SetRole("owner").
				SetCreateTime(noon).SetNillableEndTime(until).Exec(ctx)
		}
	}
	hash := func(purpose locator.Purpose) func(context.Context, *ent.Client) error {
		return func(ctx context.Context, c *ent.Client) error {
			return c.Locator.Create().SetPurpose(purpose).SetKeyID(1).SetHash([]byte{1}).SetDocumentID("d").Exec(ctx)
		}
	}
	linked := func(id string, cut *time.Time) func(context.Context, *ent.Client) error {
		return func(ctx context.Context, c *ent.Client) error {
			return c.Link.Create().SetID(id).SetFirstID("d").SetSecondID("e").SetFirstKind("k").SetSecondKind("l").
				SetLevel(link.LevelNationalCheck).SetProofID("p").SetCreateTime(noon).SetNillableCutTime(cut).Exec(ctx)
		}
	}
	asked := func(id string, state inquiry.State) func(context.Context, *ent.Client) error {
		return func(ctx context.Context, c *ent.Client) error {
			return c.Inquiry.Create().SetID(id).SetKind(inquiry.KindLink).SetAskedBy(inquiry.AskedByHolder).SetDocumentID("d").
				SetTargetKind(inquiry.TargetKindTaiwanPermit).SetTargetSealed([]byte{1}).SetState(state).
				SetNextTryTime(noon).SetCreateTime(noon).Exec(ctx)
		}
	}
	tests := []struct {
		name          string
		first, second func(context.Context, *ent.Client) error
		clash         bool
	}{
		{"two roles that hold", role("1", nil), role("2", nil), true},
		{"a role that ended", role("1", &end), role("2", nil), false},
		{"one number twice", hash(locator.PurposeNumber), hash(locator.PurposeNumber), true},
		{"two permits name one pass", hash(locator.PurposeNamesPass), hash(locator.PurposeNamesPass), false},
		{"two links that hold", linked("1", nil), linked("2", nil), true},
		{"a link that was cut", linked("1", &end), linked("2", nil), false},
		{"two open questions", asked("1", inquiry.StatePending), asked("2", inquiry.StatePending), true},
		{"a question that was answered", asked("1", inquiry.StateDone), asked("2", inquiry.StatePending), false},
		{"one ID twice", role("1", nil), role("1", &end), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
				seed(t, db)
				write(t, db, func(ctx context.Context) error { return tt.first(ctx, db.Client(ctx)) })
				err := db.InTx(t.Context(), func(ctx context.Context) error { return tt.second(ctx, db.Client(ctx)) })
				if got := entdb.IsUniqueViolation(err); got != tt.clash || !tt.clash && err != nil {
					t.Errorf("the second: %v, want a unique violation: %v", err, tt.clash)
				}
				if entdb.IsForeignKeyViolation(err) || entdb.IsNotFound(err) {
					t.Errorf("%v is taken for something else too", err)
				}
			})
		})
	}
}

// seed writes a firm f, documents d and e in a file, and a proof p.
func seed(t *testing.T, db *entdb.DB) {
	t.Helper()
	write(t, db, func(ctx context.Context) error {
		if err := addFirm(ctx, db, "f"); err != nil {
			return err
		}
		if err := addDossier(ctx, db, "file", noon); err != nil {
			return err
		}
		for _, id := range []string{"d", "e"} {
			if err := addDocument(ctx, db, id, "file"); err != nil {
				return err
			}
		}
		return db.Client(ctx).Proof.Create().SetID("p").SetKind(proof.KindWindow).SetCheckTime(noon).SetCreateTime(noon).Exec(ctx)
	})
}

func TestForeignKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		work func(context.Context, *ent.Client) error
	}{
		{"a link without a proof", func(ctx context.Context, c *ent.Client) error {
			return c.Link.Create().SetID("1").SetFirstID("d").SetSecondID("e").SetFirstKind("k").SetSecondKind("l").
				SetLevel(link.LevelNationalCheck).SetProofID("nowhere").SetCreateTime(noon).Exec(ctx)
		}},
		{"a role in no firm", func(ctx context.Context, c *ent.Client) error {
			return c.FirmRole.Create().SetID("1").SetFirmID("nowhere").SetDocumentID("d").SetRole("owner").SetCreateTime(noon).Exec(ctx)
		}},
		{"deleting a file with documents", func(ctx context.Context, c *ent.Client) error {
			return c.Dossier.DeleteOneID("file").Exec(ctx)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
				seed(t, db)
				err := db.InTx(t.Context(), func(ctx context.Context) error { return tt.work(ctx, db.Client(ctx)) })
				if !entdb.IsForeignKeyViolation(err) || entdb.IsUniqueViolation(err) {
					t.Errorf("got %v, want a foreign key violation", err)
				}
			})
		})
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx := t.Context()
		if _, err := db.Client(ctx).Firm.Get(ctx, "nowhere"); !entdb.IsNotFound(err) {
			t.Errorf("Get: %v, want not found", err)
		}
		if _, err := db.Client(ctx).Firm.Query().Where(firm.Name("nowhere")).Only(ctx); !entdb.IsNotFound(err) {
			t.Errorf("Only: %v, want not found", err)
		}
		var name string
		query := db.Rebind("SELECT name FROM firms WHERE id = ? AND name <> '?'")
		if err := db.SQL(ctx).QueryRowContext(ctx, query, "nowhere").Scan(&name); !entdb.IsNotFound(err) {
			t.Errorf("SQL: %v, want not found", err)
		}
	})
}

// Larger writes of Ent, which want a transaction of their own, use the one they
// are in.
func TestEntsOwnTransactions(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		seed(t, db)
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			c := db.Client(ctx)
			bulk := []*ent.FirmRoleCreate{}
			for _, id := range []string{"1", "2"} {
				bulk = append(bulk, c.FirmRole.Create().SetID(id).SetFirmID("f").SetDocumentID("d").SetRole(id).SetCreateTime(noon))
			}
			if err := c.FirmRole.CreateBulk(bulk...).Exec(ctx); err != nil {
				return err
			}
			if err := c.FirmRole.Update().Where(firmrole.Role("1")).SetEndTime(noon).Exec(ctx); err != nil {
				return err
			}
			if err := c.Document.UpdateOneID("d").SetDossierID("file").Exec(ctx); err != nil {
				return err
			}
			return errTest
		})
		n, countErr := db.Client(t.Context()).FirmRole.Query().Count(t.Context())
		if !errors.Is(err, errTest) || countErr != nil || n != 0 {
			t.Errorf("after a rollback with %v: %d rows, %v; want none", err, n, countErr)
		}
	})
}
