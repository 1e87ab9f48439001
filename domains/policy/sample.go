package policy

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

//go:embed data/*.json
var data embed.FS

// samples reads the files. They are part of the program and read by a test, so a
// mistake in one is a bug.
var samples = sync.OnceValue(func() []Draft {
	names, err := fs.Glob(data, "data/*.json")
	if err != nil {
		panic(err)
	}
	list := make([]Draft, len(names))
	for i, name := range names {
		raw, err := data.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(raw, &list[i])
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
	}
	return list
})

// Samples are made-up notices for demonstrations, in both scripts. Each says of
// itself that it is one. They are no source of law and name no figures.
func Samples() []Draft { return append([]Draft(nil), samples()...) }

// sampleSpace makes the IDs of samples from their numbers, so that a sample has
// the same ID in every installation.
var sampleSpace = uuid.MustParse("6f0c5a52-6c0b-5d3c-9a53-2f1f0d6f6a10")

// SampleID is the ID under which [Service.Seed] keeps the sample with an official
// number.
func SampleID(number string) ID { return ID(uuid.NewSHA1(sampleSpace, []byte(number)).String()) }

// Seed drafts and publishes [Samples]. Repeating it adds what is missing, goes on
// where it was interrupted and leaves alone what was withdrawn.
//
// It takes two officers of one department, rather than a system that could do
// both: nothing gets public, not even a sample, that one hand alone wrote and
// approved. It fails as [Service.Draft] and [Service.Publish] do.
func (s *Service) Seed(ctx context.Context, author, publisher actor.Actor) error {
	for _, d := range Samples() {
		if err := s.seed(ctx, author, publisher, SampleID(d.Number), d); err != nil {
			return fmt.Errorf("seed %s: %w", d.Number, err)
		}
	}
	return nil
}

// seed keeps one sample.
func (s *Service) seed(ctx context.Context, author, publisher actor.Actor, id ID, d Draft) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		p, err := s.policy(ctx, id)
		if errors.Is(err, ErrNotFound) {
			p, err = s.draft(ctx, author, id, d)
		}
		if err != nil || p.State != Drafted {
			return err
		}
		_, err = s.Publish(ctx, publisher, id)
		return err
	})
}
