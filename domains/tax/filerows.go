package tax

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/calendarfile"
)

// heldFiles are the IDs of the files that hold, in order.
func (s *Service) heldFiles(ctx context.Context) ([]string, error) {
	const text = `SELECT id FROM calendar_files WHERE end_time IS NULL ORDER BY kind, name`
	ids, err := entdb.Query(ctx, s.db, text, nil, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return nil, fmt.Errorf("read calendar files: %w", err)
	}
	return ids, nil
}

// filesByID reads files, whether they hold or not.
func (s *Service) filesByID(ctx context.Context, ids []string) ([]file, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return filesFrom(s.db.Client(ctx).CalendarFile.Query().Where(row.IDIn(ids...)).Order(row.ByKind(), row.ByName()).All(ctx))
}

// filesOn reads the postponements that there ever were of a day.
func (s *Service) filesOn(ctx context.Context, day string) ([]file, error) {
	return filesFrom(s.db.Client(ctx).CalendarFile.Query().
		Where(row.KindEQ(row.KindOverride), row.NameContains("/"+day+"/")).All(ctx))
}

// replaceFile puts a file in place of the one of its name, and names it. It is not
// fresh, and nothing is written, if that is the same.
func (s *Service) replaceFile(ctx context.Context, f *file) (fresh bool, err error) {
	c := s.db.Client(ctx)
	held, err := c.CalendarFile.Query().
		Where(row.KindEQ(row.Kind(f.kind)), row.Name(f.name), row.EndTimeIsNil()).All(ctx)
	if err != nil {
		return false, fmt.Errorf("read calendar file: %w", err)
	}
	for _, r := range held {
		if r.Digest == f.digest() {
			return false, nil
		}
		if err := r.Update().SetEndTime(s.time()).Exec(ctx); err != nil {
			return false, fmt.Errorf("end calendar file: %w", err)
		}
	}
	f.id = s.newID()
	err = c.CalendarFile.Create().SetID(f.id).SetKind(row.Kind(f.kind)).SetName(f.name).SetDigest(f.digest()).
		SetText(f.text).SetNotice(f.shortNotice()).SetCreateTime(s.time()).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("write calendar file: %w", err)
	}
	return true, nil
}

func filesFrom(rows []*ent.CalendarFile, err error) ([]file, error) {
	if err != nil {
		return nil, fmt.Errorf("read calendar files: %w", err)
	}
	files := make([]file, len(rows))
	for i, r := range rows {
		files[i] = file{id: r.ID, kind: fileKind(r.Kind), name: r.Name, text: r.Text, notice: r.Notice}
	}
	return files, nil
}
