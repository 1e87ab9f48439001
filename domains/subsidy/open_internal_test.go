package subsidy

import "testing"

// TestCutOffFileWaits: where a list of claims ends at its limit, the file that it ends in
// waits, because a correction of it may not be in the list.
func TestCutOffFileWaits(t *testing.T) {
	t.Parallel()
	list := func() []claim {
		return []claim{{id: "1", dossier: "a"}, {id: "2", dossier: "b"}, {id: "3", dossier: "b"}}
	}
	if got := wholeFiles(list(), 4); len(got) != 3 {
		t.Errorf("%d claims of a whole list, want 3", len(got))
	}
	if got := wholeFiles(list(), 3); len(got) != 1 || got[0].dossier != "a" {
		t.Errorf("%v of a list that was cut off, want the first file", got)
	}
}
