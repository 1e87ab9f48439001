package finance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// View is what an officer sees of the report on its authorisation.
type View struct {
	Report  credit.ReportID
	Version int64
	// Digest is that of the version that was applied on, in hex.
	Digest string
	// Grade is "" where there is none; Hidden says that it is not shown.
	Grade  string
	Hidden bool
	// Gaps are the sources that gave no answer.
	Gaps      []string
	Confirmed time.Time
	// Voucher is the number of the read (調用憑證).
	Voucher string
	// Superseded: a later version than the one that was applied on.
	Superseded bool
}

// LogValue keeps all of it out of logs.
func (View) LogValue() slog.Value { return slog.StringValue("[view]") }

// Review shows an officer an application with what the report says, and takes it into review
// for the first one who looks. A finding is what that officer found; a later one takes its
// place, and without one the call only looks. Each call is another read of the report.
//
// It must not be called in a transaction. It fails with guard.ErrNotFound for whoever is no
// officer of [Owner] with the duty to review, [ErrNotFound], [ErrDecided], [ErrTaken] for a
// finding of another officer than took it, and as credit.Service.Read does.
func (s *Service) Review(ctx context.Context, by actor.Actor, id ID, finding string) (a Application, v View, err error) {
	if err := reviewer(by); err != nil {
		return Application{}, View{}, err
	}
	if a, err = s.one(ctx, id); err != nil {
		return Application{}, View{}, err
	}
	if v, err = s.look(ctx, by, a); err != nil {
		return Application{}, View{}, fmt.Errorf("review an application: %w", err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.one(ctx, id); err != nil {
			return err
		}
		return s.take(ctx, by, &a, finding)
	})
	if err != nil {
		return Application{}, View{}, fmt.Errorf("review an application: %w", err)
	}
	return a, v, nil
}

// look has an officer read the report on the authorisation, who is let in to the file by
// that. Who is not learns nothing of the application.
func (s *Service) look(ctx context.Context, by actor.Actor, a Application) (View, error) {
	files, err := s.Files.FilesOf(ctx, a.Document)
	if err != nil {
		return View{}, err
	}
	file := files[a.Document]
	if len(file) == 0 {
		return View{}, ErrNotFound
	}
	r, err := s.Credits.Read(ctx, by, file[0].Number)
	if errors.Is(err, guard.ErrNotFound) || errors.Is(err, dossier.ErrNotFound) {
		return View{}, ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	return a.view(r), nil
}

// view is what a report says as far as a certificate rests on it.
func (a Application) view(r credit.Report) View {
	v := View{
		Report: r.ID, Version: r.Number, Digest: a.said.Digest, Grade: r.Content.Grade.Value, Hidden: r.Content.Grade.Hidden,
		Confirmed: r.Confirmed, Voucher: r.Voucher, Superseded: r.ID != a.Report,
	}
	for _, section := range r.Content.Sections {
		if section.State == credit.Gap {
			v.Gaps = append(v.Gaps, string(section.Source))
		}
	}
	return v
}

// take takes an application into review, and writes what was found.
func (s *Service) take(ctx context.Context, by actor.Actor, a *Application, finding string) error {
	switch {
	case !a.Open():
		return ErrDecided
	case a.State == Applied:
		a.State, a.Reviewed, a.reviewedBy = InReview, s.time(), by.ID()
	case finding == "":
		return nil // only a look
	case a.reviewedBy != by.ID():
		return ErrTaken
	}
	if finding != "" {
		a.Finding = finding
	}
	if err := s.saveReview(ctx, *a); err != nil {
		return err
	}
	return s.Audit.Change(ctx, "finance.review", by, a.Document)
}
