package dossier

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// graph is random documents and edges. Some documents share an origin, some
// edges point outside.
func graph(r *rand.Rand) ([]Document, [][2]DocumentID) {
	documents := make([]Document, 1+r.IntN(12))
	for i := range documents {
		documents[i].ID = DocumentID(fmt.Sprintf("d%02d", i))
		documents[i].origin = ID(fmt.Sprintf("o%02d", r.IntN(i+1)))
		documents[i].recorded = document.Valid
	}
	edges := make([][2]DocumentID, r.IntN(12))
	for i := range edges {
		for j := range 2 {
			edges[i][j] = DocumentID(fmt.Sprintf("d%02d", r.IntN(len(documents)+1)))
		}
	}
	return documents, edges
}

// reach is the slow way: every origin that can be walked to.
func reach(documents []Document, edges [][2]DocumentID, from ID) map[ID]bool {
	origin := map[DocumentID]ID{}
	for _, d := range documents {
		origin[d.ID] = d.origin
	}
	seen := map[ID]bool{from: true}
	for grown := true; grown; {
		grown = false
		for _, e := range edges {
			a, ok1 := origin[e[0]]
			b, ok2 := origin[e[1]]
			if ok1 && ok2 && seen[a] != seen[b] {
				seen[a], seen[b], grown = true, true, true
			}
		}
	}
	return seen
}

func TestPartition(t *testing.T) {
	t.Parallel()
	const seed = 20260330
	r := rand.New(rand.NewPCG(seed, 0))
	for round := range 2000 {
		documents, edges := graph(r)
		files := partition(documents, edges)
		for _, d := range documents {
			reached := reach(documents, edges, d.origin)
			oldest := d.origin
			for id := range reached {
				oldest = min(oldest, id)
			}
			if files[d.origin] != oldest {
				t.Fatalf("seed %d, round %d: file of %s is %s, want the oldest reachable %s", seed, round, d.origin, files[d.origin], oldest)
			}
			if files[files[d.origin]] != files[d.origin] {
				t.Fatalf("seed %d, round %d: signpost of %s leads to a signpost", seed, round, d.origin)
			}
		}
		r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		if again := partition(documents, append(edges, edges...)); !maps.Equal(files, again) {
			t.Fatalf("seed %d, round %d: other order of edges, other files", seed, round)
		}
	}
}

func TestPartitionOfNothing(t *testing.T) {
	t.Parallel()
	if files := partition(nil, [][2]DocumentID{{"a", "b"}}); len(files) != 0 {
		t.Errorf("no documents make %d files", len(files))
	}
}

func TestClash(t *testing.T) {
	t.Parallel()
	const seed = 20260331
	r := rand.New(rand.NewPCG(seed, 0))
	states := []document.Status{document.Valid, document.Replaced, document.Lost, document.Revoked}
	numbers := []string{"10000001", "10000002"}
	for round := range 2000 {
		documents, edges := graph(r)
		for i := range documents {
			raw := numbers[r.IntN(2)]
			if r.IntN(2) == 0 {
				raw = sure(t).permit.number.Canonical()
			}
			documents[i].recorded = states[r.IntN(len(states))]
			documents[i].Number, _ = document.Guess(raw, evidenceDay)
		}
		files := partition(documents, edges)
		want := false
		for i, a := range documents {
			for _, b := range documents[:i] {
				want = want || a.Kind() == b.Kind() && files[a.origin] == files[b.origin] &&
					a.recorded != document.Replaced && b.recorded != document.Replaced
			}
		}
		a, b, got := clash(documents, files)
		if got != want {
			t.Fatalf("seed %d, round %d: clash is %v, want %v", seed, round, got, want)
		}
		if got && (a.Kind() != b.Kind() || a.ID == b.ID || files[a.origin] != files[b.origin]) {
			t.Fatalf("seed %d, round %d: %s and %s are no clash", seed, round, a.ID, b.ID)
		}
	}
}

func TestEdgesOf(t *testing.T) {
	t.Parallel()
	documents := []Document{{ID: "old", ReplacedBy: "new"}, {ID: "new"}}
	edges := edgesOf(documents, []Link{{First: "new", Second: "other"}, {First: "old", Second: "cut", Cut: evidenceTime}})
	want := [][2]DocumentID{{"new", "other"}, {"old", "new"}}
	if len(edges) != 2 || edges[0] != want[0] || edges[1] != want[1] {
		t.Errorf("edges are %v, want %v", edges, want)
	}
}
