package languagerpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// Preferences keeps how somebody reads: a person's setting on the file, that of an
// officer or auditor on the account. Other systems have none.
type Preferences struct {
	Files *dossier.Service
	Staff *staff.Service
}

// GetPreference implements the procedure.
func (h *Preferences) GetPreference(ctx context.Context, _ *pb.GetPreferenceRequest) (*pb.GetPreferenceResponse, error) {
	by := actor.From(ctx)
	set := actor.Preference{Language: by.Language, Calendar: by.Calendar}
	if by.Role == actor.Person {
		var err error
		if set, err = h.Files.Preference(ctx, by); err != nil {
			return nil, err
		}
	}
	return &pb.GetPreferenceResponse{Preference: toAPI(set), Language: string(call.Language(ctx))}, nil
}

// SetPreference implements the procedure.
func (h *Preferences) SetPreference(ctx context.Context, req *pb.SetPreferenceRequest) (*pb.SetPreferenceResponse, error) {
	set, err := fromAPI(req.GetPreference())
	if err != nil {
		return nil, err
	}
	switch by := actor.From(ctx); by.Role {
	case actor.Person:
		err = h.Files.SetPreference(ctx, by, set)
	case actor.Officer, actor.Auditor:
		err = h.Staff.SetPreference(ctx, by, set)
	default:
		err = call.ErrNotAllowed
	}
	if err != nil {
		return nil, err
	}
	return &pb.SetPreferenceResponse{Preference: toAPI(set)}, nil
}

// calendars are the calendars in the contract.
var calendars = map[string]pb.Calendar{
	actor.Gregorian: pb.Calendar_CALENDAR_GREGORIAN,
	actor.Republic:  pb.Calendar_CALENDAR_REPUBLIC,
}

func toAPI(p actor.Preference) *pb.Preference {
	return &pb.Preference{Language: p.Language, Calendar: calendars[p.Calendar]}
}

// fromAPI is the reverse. It fails with LANGUAGE_UNKNOWN.
func fromAPI(p *pb.Preference) (actor.Preference, error) {
	set := actor.Preference{Language: p.GetLanguage()}
	if _, ok := i18n.ParseLanguage(set.Language); set.Language != "" && !ok {
		return actor.Preference{}, errLanguage.On("preference.language")
	}
	for name, calendar := range calendars {
		if calendar == p.GetCalendar() {
			set.Calendar = name
		}
	}
	return set, nil
}
