package contract

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/call"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

// DataText delivers a text that is stored in a language to the caller: in the
// caller's script with the caller's wording, its terms marked. Who reads neither
// script, as readers of English, gets it as it is stored. From is a BCP 47 tag.
func DataText(ctx context.Context, stored, from string) *commonv1.DataText {
	to := call.Language(ctx).Script(from)
	return &commonv1.DataText{Text: text.Deliver(stored, from, to), Language: to, Runs: runs(text.Runs(stored, from, to))}
}

// AsStored is a text in the language in which it is stored, without marks.
func AsStored(stored, from string) *commonv1.DataText {
	return &commonv1.DataText{Text: stored, Language: from}
}

// runs are the pieces of a text; none where no term is among them.
func runs(pieces []term.Run) []*commonv1.TextRun {
	terms := 0
	out := Each(pieces, func(p term.Run) *commonv1.TextRun {
		if p.Term != "" {
			terms++
		}
		return &commonv1.TextRun{Text: p.Text, TermId: string(p.Term)}
	})
	if terms == 0 {
		return nil
	}
	return out
}
