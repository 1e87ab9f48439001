package i18n_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
)

// TestSourcesAndMessagesFit fails on a reason or another ID in the sources that
// has no message, and on a message for which no source asks.
func TestSourcesAndMessagesFit(t *testing.T) {
	t.Parallel()
	source := locales(t)[catalogue.Source]
	usage, err := catalogue.Extract(tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range usage.Unclear {
		t.Error(place)
	}
	for _, use := range usage.Unknown(source) {
		t.Errorf("%s: %s has no message in locales", use.Place, use.ID)
	}
	for _, id := range usage.Unused(source) {
		t.Errorf("%s: nothing in the sources asks for it", id)
	}
}
