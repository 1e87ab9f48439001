package dossier

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	linkrow "github.com/minzhengtong/minzhengtong/gen/ent/link"
	proofrow "github.com/minzhengtong/minzhengtong/gen/ent/proof"
	reviewrow "github.com/minzhengtong/minzhengtong/gen/ent/review"
)

// linksAmong returns every link, cut ones too, that touches one of the
// documents: those that hold first, then newest first.
func (s *Service) linksAmong(ctx context.Context, documents []Document) ([]Link, error) {
	first, args := oneOf("first_id", documents)
	second, more := oneOf("second_id", documents)
	text := `SELECT id, first_id, second_id, first_kind, second_kind, level, proof_id, create_time, cut_time
		FROM links WHERE ` + first + ` OR ` + second + ` ORDER BY id DESC`
	links, err := entdb.Query(ctx, s.db, text, append(args, more...), func(rows *stdsql.Rows) (Link, error) {
		var r ent.Link
		err := rows.Scan(&r.ID, &r.FirstID, &r.SecondID, &r.FirstKind, &r.SecondKind, &r.Level, &r.ProofID, &r.CreateTime, &r.CutTime)
		return linkFromRow(&r), err
	})
	if err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	slices.SortStableFunc(links, func(a, b Link) int {
		if a.Holds() == b.Holds() {
			return 0
		}
		return map[bool]int{true: -1, false: 1}[a.Holds()]
	})
	return links, nil
}

// linkByID returns one link and its version, or [ErrLinkNotFound].
func (s *Service) linkByID(ctx context.Context, id LinkID) (Link, int64, error) {
	r, err := s.db.Client(ctx).Link.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Link{}, 0, ErrLinkNotFound
	}
	if err != nil {
		return Link{}, 0, fmt.Errorf("read link: %w", err)
	}
	return linkFromRow(r), r.Version, nil
}

func linkFromRow(r *ent.Link) Link {
	l := Link{
		ID: LinkID(r.ID), First: DocumentID(r.FirstID), Second: DocumentID(r.SecondID),
		Level: Level(r.Level), Proof: ProofID(r.ProofID), Made: r.CreateTime.UTC(),
		firstKind: document.Kind(r.FirstKind), secondKind: document.Kind(r.SecondKind),
	}
	if r.CutTime != nil {
		l.Cut = r.CutTime.UTC()
	}
	return l
}

// insertProof keeps a statement of an authority or of officers. Its text belongs
// to the first of the documents that it is about, and lies sealed in note_sealed,
// whichever it is: trace_id stays empty.
func (s *Service) insertProof(ctx context.Context, about Document, p proof) (ProofID, error) {
	id := s.newID()
	create := s.db.Client(ctx).Proof.Create().SetID(id).SetKind(proofrow.Kind(p.kind)).
		SetCheckTime(p.checked.UTC().Truncate(time.Microsecond)).
		SetFirstOfficer(p.first).SetSecondOfficer(p.second).SetCreateTime(s.time())
	if text, field := p.said(); text != "" {
		sealed, err := about.seal(text, "proof", id, field)
		if err != nil {
			return "", err
		}
		create.SetNoteSealed(sealed)
	}
	if err := create.Exec(ctx); err != nil {
		return "", fmt.Errorf("keep proof: %w", err)
	}
	return ProofID(id), nil
}

// insertLink writes a link on a proof.
func (s *Service) insertLink(ctx context.Context, first, second Document, level Level, on ProofID) (Link, error) {
	l := Link{ID: LinkID(s.newID()), First: first.ID, Second: second.ID, Level: level, Proof: on, Made: s.time(),
		firstKind: first.Kind(), secondKind: second.Kind()}
	err := s.db.Client(ctx).Link.Create().SetID(string(l.ID)).
		SetFirstID(string(first.ID)).SetSecondID(string(second.ID)).
		SetFirstKind(string(first.Kind())).SetSecondKind(string(second.Kind())).
		SetLevel(linkrow.Level(level)).SetProofID(string(on)).SetCreateTime(l.Made).Exec(ctx)
	if err != nil {
		return Link{}, fmt.Errorf("create link: %w", err)
	}
	return l, nil
}

// cutLink marks a link as cut. The reason belongs to the link's first document,
// and is not kept where that was forgotten. It fails with [ErrStale].
func (s *Service) cutLink(ctx context.Context, l Link, version int64, first Document, by, reason string) error {
	update := s.db.Client(ctx).Link.Update().Where(linkrow.ID(string(l.ID)), linkrow.Version(version)).
		SetCutTime(l.Cut).SetCutBy(by).AddVersion(1)
	if !first.erased() {
		sealed, err := first.seal(reason, "link", string(l.ID), "cut_reason")
		if err != nil {
			return err
		}
		update.SetCutReasonSealed(sealed)
	}
	n, err := update.Save(ctx)
	if err != nil {
		return fmt.Errorf("cut link %s: %w", l.ID, err)
	}
	if n == 0 {
		return ErrStale
	}
	return nil
}

// point makes origins signposts to their files, or files of their own again.
func (s *Service) point(ctx context.Context, files map[ID]ID) error {
	for origin, to := range files {
		update := s.db.Client(ctx).Dossier.Update().Where(file.ID(string(origin)))
		if origin == to {
			update.Where(file.MergedIntoNotNil()).ClearMergedInto()
		} else {
			update.SetMergedInto(string(to))
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("point file %s: %w", origin, err)
		}
	}
	return nil
}

// reviewsOf returns the reviews of a pair, newest first.
func (s *Service) reviewsOf(ctx context.Context, a, b DocumentID) ([]Review, error) {
	first, second := ordered(a, b)
	rows, err := s.db.Client(ctx).Review.Query().
		Where(reviewrow.FirstID(string(first)), reviewrow.SecondID(string(second))).
		Order(reviewrow.ByID(sql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reviews: %w", err)
	}
	reviews := make([]Review, len(rows))
	for i, r := range rows {
		reviews[i] = reviewFromRow(r)
	}
	return reviews, nil
}

func reviewFromRow(r *ent.Review) Review {
	v := Review{
		ID: ReviewID(r.ID), Kind: ReviewKind(r.Kind), State: ReviewState(r.State),
		Findings: typed[Finding](r.Reasons), Opened: r.CreateTime.UTC(),
		first: DocumentID(r.FirstID), second: DocumentID(r.SecondID), version: r.Version,
	}
	if r.CloseTime != nil {
		v.Closed = r.CloseTime.UTC()
	}
	return v
}

// insertReview puts a pair into the queue.
func (s *Service) insertReview(ctx context.Context, kind ReviewKind, a, b DocumentID, findings []Finding) error {
	first, second := ordered(a, b)
	err := s.db.Client(ctx).Review.Create().SetID(s.newID()).SetKind(reviewrow.Kind(kind)).
		SetFirstID(string(first)).SetSecondID(string(second)).SetReasons(entdb.Texts(findings)).
		SetState(reviewrow.StateOpen).SetCreateTime(s.time()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("open review: %w", err)
	}
	return nil
}

// closeReview ends a review. The reason, if there is one, belongs to the first
// side, and is not kept where that was forgotten. It fails with [ErrStale].
func (s *Service) closeReview(ctx context.Context, v Review, by, reason string) error {
	update := s.db.Client(ctx).Review.Update().Where(reviewrow.ID(string(v.ID)), reviewrow.Version(v.version)).
		SetState(reviewrow.State(v.State)).SetCloseTime(v.Closed).SetCloseBy(by).AddVersion(1)
	if reason != "" && !v.Sides[0].erased() {
		sealed, err := v.Sides[0].seal(reason, "review", string(v.ID), "close_reason")
		if err != nil {
			return err
		}
		update.SetCloseReasonSealed(sealed)
	}
	n, err := update.Save(ctx)
	if err != nil {
		return fmt.Errorf("close review %s: %w", v.ID, err)
	}
	if n == 0 {
		return ErrStale
	}
	return nil
}

// ordered puts a pair into one order, so that it is stored one way.
func ordered(a, b DocumentID) (DocumentID, DocumentID) { return min(a, b), max(a, b) }
