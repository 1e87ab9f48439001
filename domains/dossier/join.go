package dossier

import (
	"context"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
)

// join links two documents on a proof, inside the caller's transaction. It is
// the only way to a link. A pair that is linked already keeps its link, perhaps
// one of documents that these two replaced, and the new proof is not stored. Who
// did it is noted where no call is on its way.
//
// It fails with [ErrContradicted] when one of the two is linked to another
// document of that kind, or the joint file would hold two current documents of
// one kind; nothing is written then.
func (s *Service) join(ctx context.Context, by actor.Actor, first, second Document, level Level, on proof) (Link, error) {
	documents, links, err := s.around(ctx, first.Dossier, second.Dossier)
	if err != nil {
		return Link{}, err
	}
	if first.Dossier == second.Dossier {
		if link, ok := linkOf(links, first, second); ok {
			return link, nil
		}
	} else if slices.ContainsFunc(links, func(l Link) bool {
		return l.Holds() && (l.otherKind(first.ID) == second.Kind() || l.otherKind(second.ID) == first.Kind())
	}) {
		return Link{}, ErrContradicted
	}
	edges := append(edgesOf(documents, links), [2]DocumentID{first.ID, second.ID})
	files := partition(documents, edges)
	if _, _, found := clash(documents, files); found {
		return Link{}, ErrContradicted
	}
	if rank(first) > rank(second) {
		first, second = second, first
	}
	id, err := s.insertProof(ctx, first, on)
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
	if err := s.closeInReview(ctx, first, second, inquiryrow.StateDone, link.ID, nil); err != nil {
		return Link{}, err
	}
	if err := s.closeLinked(ctx, first.ID, second.ID); err != nil {
		return Link{}, err
	}
	return link, s.noted(ctx, by, "dossier.link", first.ID, second.ID)
}

// rank puts the two documents of a link into one order, whoever asked for it:
// the unique indexes, which allow a document one partner of each kind, rely on
// the kinds' order.
func rank(d Document) int { return slices.Index(document.Kinds(), d.Kind()) }

// linkOf returns the link that joins two documents of one file: theirs, or one
// between the documents that they replaced.
func linkOf(links []Link, first, second Document) (Link, bool) {
	theirs := func(l Link) bool { return l.Holds() && l.joins(first.ID, second.ID) }
	alike := func(l Link) bool { return l.Holds() && l.between(first.Kind(), second.Kind()) }
	for _, fits := range []func(Link) bool{theirs, alike} {
		if i := slices.IndexFunc(links, fits); i >= 0 {
			return links[i], true
		}
	}
	return Link{}, false
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

// settle writes which file each document is in, and where the origins point, and
// says so. The documents of a file have its holder's setting from then on.
func (s *Service) settle(ctx context.Context, documents []Document, files map[ID]ID) error {
	reads, moved := preferences(documents, files), false
	for _, d := range documents {
		to := files[d.origin]
		set := reads[to]
		if d.erased() {
			set = d.preference
		}
		if to == d.Dossier && set == d.preference {
			continue
		}
		moved = moved || to != d.Dossier
		d.Dossier, d.preference = to, set
		if err := s.saveDocument(ctx, d); err != nil {
			return err
		}
	}
	if err := s.point(ctx, files); err != nil || !moved {
		return err
	}
	return s.hear(ctx, oneOfEach(documents, files))
}

// oneOfEach is one document of each file, in order.
func oneOfEach(documents []Document, files map[ID]ID) []DocumentID {
	var one []DocumentID
	seen := map[ID]bool{}
	for _, d := range documents {
		if to := files[d.origin]; !seen[to] {
			seen[to] = true
			one = append(one, d.ID)
		}
	}
	return one
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
