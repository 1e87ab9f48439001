package subsidy

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	accountrow "github.com/minzhengtong/minzhengtong/gen/ent/payeeaccount"
)

// Hold says why somebody is not paid now. Its text is stored and never renamed.
type Hold string

// The reasons, the first that applies.
const (
	NoFile    Hold = "no_file"    // the file was forgotten
	NoConsent Hold = "no_consent" // it was not authorised, or was taken back
	WeakLink  Hold = "weak_link"  // the proof that joins the documents is too weak to pay on
	NoAccount Hold = "no_account" // no account of the own is registered
	Offset    Hold = "offset"     // a correction takes off as much or more
)

// standing is whether and where the file of a document can be paid.
type standing struct {
	dossier string
	file    []actor.DocumentID
	account *ent.PayeeAccount
	hold    Hold // "" if it can
}

// standings says of some documents whether their files can be paid now, in the caller's
// transaction.
func (s *Service) standings(ctx context.Context, p Programme, documents []actor.DocumentID) (map[actor.DocumentID]standing, error) {
	all := map[actor.DocumentID]standing{}
	slices.Sort(documents)
	for part := range slices.Chunk(slices.Compact(documents), mostAtOnce) {
		if err := s.addStandings(ctx, p, part, all); err != nil {
			return nil, fmt.Errorf("look who can be paid: %w", err)
		}
	}
	return all, nil
}

func (s *Service) addStandings(ctx context.Context, p Programme, documents []actor.DocumentID, all map[actor.DocumentID]standing) error {
	members, err := s.members(ctx, documents)
	if err != nil {
		return err
	}
	files := map[actor.DocumentID]*standing{}
	var everybody []actor.DocumentID
	for _, m := range members {
		if files[m.asked] == nil {
			files[m.asked] = &standing{dossier: m.dossier}
		}
		files[m.asked].file = append(files[m.asked].file, m.document)
		everybody = append(everybody, m.document)
	}
	given, accounts, err := s.givenAndAccounts(ctx, p, everybody)
	if err != nil {
		return err
	}
	for _, id := range documents {
		x := files[id]
		if x == nil {
			all[id] = standing{hold: NoFile}
			continue
		}
		if err := s.judge(ctx, x, given, accounts); err != nil {
			return err
		}
		all[id] = *x
	}
	return nil
}

// judge says whether a file can be paid.
func (s *Service) judge(ctx context.Context, x *standing, given map[actor.DocumentID]bool, accounts map[actor.DocumentID]*ent.PayeeAccount) error {
	if !slices.ContainsFunc(x.file, func(id actor.DocumentID) bool { return given[id] }) {
		x.hold = NoConsent
		return nil
	}
	for _, id := range x.file {
		if a := accounts[id]; a != nil && (x.account == nil || a.CreateTime.After(x.account.CreateTime)) {
			x.account = a // files that came together bring one each
		}
	}
	if x.account == nil {
		x.hold = NoAccount
	}
	if len(x.file) == 1 { // one document alone allows everything
		return nil
	}
	err := s.Files.Require(ctx, x.file[0], dossier.MayPay)
	if errors.Is(err, dossier.ErrTooWeak) {
		x.hold, err = WeakLink, nil
	}
	return err
}

// member is a document of the file of one that was asked about.
type member struct {
	asked, document actor.DocumentID
	dossier         string
}

// members are all documents in the files of some, but for those that were forgotten.
func (s *Service) members(ctx context.Context, documents []actor.DocumentID) ([]member, error) {
	among, list := s.DB.OneOf(entdb.Texts(documents))
	return entdb.Query(ctx, s.DB, `SELECT d.id, o.id, d.dossier_id FROM documents d JOIN documents o ON o.dossier_id = d.dossier_id
		WHERE d.erase_time IS NULL AND o.erase_time IS NULL AND d.id `+among+` ORDER BY d.id, o.id`, []any{list},
		func(rows *sql.Rows) (m member, err error) { return m, rows.Scan(&m.asked, &m.document, &m.dossier) })
}

// givenAndAccounts reads for some documents what was authorised and where to pay.
func (s *Service) givenAndAccounts(ctx context.Context, p Programme, documents []actor.DocumentID) (map[actor.DocumentID]bool, map[actor.DocumentID]*ent.PayeeAccount, error) {
	given, accounts := map[actor.DocumentID]bool{}, map[actor.DocumentID]*ent.PayeeAccount{}
	for part := range slices.Chunk(documents, mostAtOnce) {
		some, err := s.Consents.Given(ctx, p.Purpose, part)
		if err != nil {
			return nil, nil, err
		}
		for id := range some {
			given[id] = true
		}
		rows, err := s.DB.Client(ctx).PayeeAccount.Query().
			Where(accountrow.DocumentIDIn(entdb.Texts(part)...), accountrow.StateEQ(accountrow.StateActive)).All(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			accounts[actor.DocumentID(r.DocumentID)] = r
		}
	}
	return given, accounts, nil
}
