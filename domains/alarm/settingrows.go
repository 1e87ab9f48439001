package alarm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	settingrow "github.com/minzhengtong/minzhengtong/gen/ent/alarmsetting"
)

// keptSetting is a setting as it is kept.
type keptSetting struct {
	Setting
	id       string
	document actor.DocumentID
	changed  time.Time
	version  int64
}

// same reports whether a setting is the one that is kept.
func (k keptSetting) same(s Setting) bool {
	leads := slices.Equal(k.Leads, s.Leads)
	return leads && k.Off == s.Off && k.At == s.At && k.Cron == s.Cron && k.QuietFrom == s.QuietFrom && k.QuietTo == s.QuietTo
}

// kept reads the settings of one file, one for each scope. Where two documents of
// a file that was joined have one each, the newer one holds.
func (s *Service) kept(ctx context.Context, file []actor.DocumentID) ([]keptSetting, error) {
	all, err := s.settingsUnder(ctx, file)
	if err != nil {
		return nil, err
	}
	var list []keptSetting
	seen := map[scope]bool{}
	for _, k := range all {
		if !seen[k.scope()] {
			seen[k.scope()] = true
			list = append(list, k)
		}
	}
	return list, nil
}

// byScope makes settings of a list with one for each scope.
func byScope(list []keptSetting) settings {
	all := settings{}
	for _, k := range list {
		all[k.scope()] = k.Setting
	}
	return all
}

// settingsUnder reads settings, the newest first.
func (s *Service) settingsUnder(ctx context.Context, documents []actor.DocumentID) ([]keptSetting, error) {
	rows, err := s.db.Client(ctx).AlarmSetting.Query().Where(settingrow.DocumentIDIn(entdb.Texts(documents)...)).
		Order(settingrow.ByChangeTime(sql.OrderDesc()), settingrow.ByID(sql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	list := make([]keptSetting, len(rows))
	for i, r := range rows {
		list[i] = settingFromRow(r)
	}
	return list, nil
}

// settingsOf reads the settings of holders, by the document that is told.
func (s *Service) settingsOf(ctx context.Context, holders map[actor.DocumentID][]holder) (map[actor.DocumentID]settings, error) {
	told := map[actor.DocumentID]actor.DocumentID{} // by each document of the file
	for _, list := range holders {
		for _, h := range list {
			for _, d := range h.file {
				told[d] = h.document
			}
		}
	}
	documents := make([]actor.DocumentID, 0, len(told))
	for d := range told {
		documents = append(documents, d)
	}
	var all []keptSetting
	for part := range slices.Chunk(each(documents), mostAtOnce) {
		rows, err := s.settingsUnder(ctx, part)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	// The oldest first, so that the newest of a file stays.
	slices.SortStableFunc(all, func(a, b keptSetting) int { return a.changed.Compare(b.changed) })
	found := map[actor.DocumentID]settings{}
	for _, k := range all {
		who := told[k.document]
		if found[who] == nil {
			found[who] = settings{}
		}
		found[who][k.scope()] = k.Setting
	}
	return found, nil
}

func (s *Service) insertSetting(ctx context.Context, id actor.DocumentID, set Setting) error {
	err := s.db.Client(ctx).AlarmSetting.Create().SetID(s.newID()).SetDocumentID(string(id)).
		SetKind(string(set.Kind)).SetSubjectID(string(set.Firm)).SetOff(set.Off).SetLeads(set.Leads).SetAt(set.At).
		SetCron(set.Cron).SetQuietFrom(set.QuietFrom).SetQuietTo(set.QuietTo).SetChangeTime(s.time()).Exec(ctx)
	if entdb.IsUniqueViolation(err) {
		return ErrStale
	}
	return err
}

func (s *Service) saveSetting(ctx context.Context, k keptSetting, set Setting) error {
	n, err := s.db.Client(ctx).AlarmSetting.Update().Where(settingrow.ID(k.id), settingrow.Version(k.version)).
		SetOff(set.Off).SetLeads(set.Leads).SetAt(set.At).SetCron(set.Cron).SetQuietFrom(set.QuietFrom).SetQuietTo(set.QuietTo).
		SetChangeTime(s.time()).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}

// removeSetting takes a setting away, under whichever documents of its file it
// stands.
func (s *Service) removeSetting(ctx context.Context, k keptSetting) error {
	file, err := s.files.FileDocuments(ctx, k.document)
	if err != nil {
		return err
	}
	_, err = s.db.Client(ctx).AlarmSetting.Delete().Where(settingrow.DocumentIDIn(entdb.Texts(file)...),
		settingrow.Kind(string(k.Kind)), settingrow.SubjectID(string(k.Firm))).Exec(ctx)
	return err
}

func settingFromRow(r *ent.AlarmSetting) keptSetting {
	return keptSetting{
		Setting: Setting{
			Kind: tax.Kind(r.Kind), Firm: actor.DocumentID(r.SubjectID), Off: r.Off, Leads: r.Leads, At: r.At, Cron: r.Cron,
			QuietFrom: r.QuietFrom, QuietTo: r.QuietTo,
		},
		id: r.ID, document: actor.DocumentID(r.DocumentID), changed: r.ChangeTime.UTC(), version: r.Version,
	}
}
