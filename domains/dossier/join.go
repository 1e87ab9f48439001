package dossier

import (
	"context"
	"slices"

	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
)

// join links two documents on a proof, inside the caller's transaction. It is
// the only way to a link. A pair that is linked already keeps its link, and the
// new proof is not stored.
//
// It fails with [ErrContradicted] when the joint file would hold two current
// documents of one kind; nothing is written then.
func (s *Service) join(ctx context.Context, first, second Document, level Level, on proof) (Link, error) {
	documents, links, err := s.around(ctx, first.Dossier, second.Dossier)
	if err != nil {
		return Link{}, err
	}
	if i := slices.IndexFunc(links, func(l Link) bool { return l.Holds() && l.joins(first.ID, second.ID) }); i >= 0 {
		return links[i], nil
	}
	edges := append(edgesOf(documents, links), [2]DocumentID{first.ID, second.ID})
	files := partition(documents, edges)
	if _, _, found := clash(documents, files); found {
		return Link{}, ErrContradicted
	}
	id, err := s.insertProof(ctx, on)
	if err != nil {
		return Link{}, err
	}
	link, err := s.insertLink(ctx, first, second, level, id)
	if err != nil {
		return Link{}, err
	}
	if err := s.settle(ctx, documents, files); err != nil {
		return Link{}, err
	}
	if err := s.closeInReview(ctx, first.ID, second.ID, inquiryrow.StateDone, link.ID, nil); err != nil {
		return Link{}, err
	}
	return link, s.closeLinked(ctx, first.ID, second.ID)
}

// around reads all that a change between some files can concern: their
// documents and the links of these.
func (s *Service) around(ctx context.Context, files ...ID) ([]Document, []Link, error) {
	documents, err := s.inFiles(ctx, files...)
	if err != nil {
		return nil, nil, err
	}
	links, err := s.linksAmong(ctx, documents)
	return documents, links, err
}

// settle writes which file each document is in, and where the origins point.
func (s *Service) settle(ctx context.Context, documents []Document, files map[ID]ID) error {
	for _, d := range documents {
		if to := files[d.origin]; to != d.Dossier {
			d.Dossier = to
			if err := s.saveDocument(ctx, d); err != nil {
				return err
			}
		}
	}
	return s.point(ctx, files)
}

// resettle works out anew which files some documents form.
func (s *Service) resettle(ctx context.Context, files ...ID) error {
	documents, links, err := s.around(ctx, files...)
	if err != nil {
		return err
	}
	return s.settle(ctx, documents, partition(documents, edgesOf(documents, links)))
}

// closeLinked closes the open review of a pair that has just been linked.
func (s *Service) closeLinked(ctx context.Context, a, b DocumentID) error {
	reviews, err := s.reviewsOf(ctx, a, b)
	if err != nil {
		return err
	}
	for _, v := range reviews {
		if v.State == Open {
			v.State, v.Closed = Linked, s.time()
			return s.closeReview(ctx, v, "", "")
		}
	}
	return nil
}
