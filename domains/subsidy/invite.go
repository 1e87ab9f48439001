package subsidy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// kindInvited tells that something may be due, and how to let the house find out.
const kindInvited = "subsidy_invited"

// InviteLastYear tells those who paid tax on income where a programme counts it, in the year
// that ended last, and who have not authorised the programme, that something may be due to
// them: each file once for a year, whichever of its documents the bureau names. What is due
// nobody knows: the bureau says no figure, and none is asked for. It returns how many were
// told. It may be stopped and repeated anywhere.
//
// It fails with upstream.ErrUnavailable; then those who were told before stay told.
func (s *Service) InviteLastYear(ctx context.Context) (int, error) {
	year := calendar.On(s.Now()).Year - 1
	told := 0
	var failed []error
	for _, p := range programmes {
		if year < p.First {
			continue
		}
		n, err := s.invite(ctx, p, year)
		told += n
		failed = append(failed, err)
	}
	return told, errors.Join(failed...)
}

func (s *Service) invite(ctx context.Context, p Programme, year int) (told int, err error) {
	for cursor := ""; ; {
		page, err := s.Authorities.Payers(ctx, p.Area, year, cursor)
		if err != nil {
			return told, fmt.Errorf("ask who paid tax in %d: %w", year, err)
		}
		n := 0
		err = s.DB.InTx(ctx, func(ctx context.Context) (err error) {
			n, err = s.invitePayers(ctx, p, year, page.Payers)
			return err
		})
		if err != nil {
			return told, fmt.Errorf("invite: %w", err)
		}
		told += n
		if cursor = page.Next; cursor == "" {
			return told, nil
		}
	}
}

// invitePayers tells those of a page who are on file and whom nobody told.
func (s *Service) invitePayers(ctx context.Context, p Programme, year int, payers []upstream.Payer) (int, error) {
	files, err := s.filesOfPayers(ctx, payers)
	if err != nil || len(files) == 0 {
		return 0, err
	}
	key := func(id actor.DocumentID) string {
		return kindInvited + "/" + string(p.Policy) + "/" + strconv.Itoa(year) + "/" + string(id)
	}
	var everybody []actor.DocumentID
	var keys []string
	for _, file := range files {
		for _, id := range file {
			everybody, keys = append(everybody, id), append(keys, key(id))
		}
	}
	given, err := s.Consents.Given(ctx, p.Purpose, everybody)
	if err != nil {
		return 0, err
	}
	told, err := s.Notices.Told(ctx, keys...)
	if err != nil {
		return 0, err
	}
	var messages []notice.Message
	var concerned []actor.DocumentID
	for payer, file := range files {
		if slices.ContainsFunc(file, func(id actor.DocumentID) bool { return given[id] || told[key(id)] }) {
			continue
		}
		concerned = append(concerned, payer)
		messages = append(messages, notice.Message{
			Document: payer, Key: key(payer), Kind: kindInvited, Topic: notice.Money, Args: map[string]string{"Year": strconv.Itoa(year)},
		})
	}
	if len(messages) == 0 {
		return 0, nil
	}
	if _, err := s.Notices.TellMany(ctx, messages); err != nil {
		return 0, err
	}
	return len(messages), s.Audit.Change(ctx, "subsidy.invite", runner, concerned...)
}

// filesOfPayers are the documents of the files of payers, by the oldest document of each
// file that the bureau named. Who is not on file, and numbers that are none, are left out.
func (s *Service) filesOfPayers(ctx context.Context, payers []upstream.Payer) (map[actor.DocumentID][]actor.DocumentID, error) {
	var numbers []document.Number
	for _, p := range payers {
		if number, err := document.Parse(p.Kind, p.Number, calendar.On(s.Now())); err == nil {
			numbers = append(numbers, number)
		}
	}
	located, err := s.Files.LocateAll(ctx, numbers)
	if err != nil || len(located) == 0 {
		return nil, err
	}
	named := slices.Sorted(maps.Values(located))
	standing, err := s.Files.FilesOf(ctx, named...)
	if err != nil {
		return nil, err
	}
	files, seen := map[actor.DocumentID][]actor.DocumentID{}, map[dossier.ID]bool{}
	for _, id := range named {
		file := standing[id]
		if len(file) == 0 || seen[file[0].Dossier] {
			continue
		}
		seen[file[0].Dossier] = true
		files[id] = ids(file)
	}
	return files, nil
}
