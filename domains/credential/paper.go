package credential

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/sheet"
)

// Sheet is an edition on paper.
type Sheet struct {
	PDF []byte
	// Signature is a token that names the edition and the SHA-256 of the PDF. It is kept
	// beside the file; see check.ReadSheet.
	Signature string
}

// Sheet draws a licence of the file for paper, with everything that it says, in a language
// and in the other script beside it. The same edition in the same language is the same
// PDF; the signature differs. Its QR code leads to what is not hidden. It fails with
// [ErrNotFound] and [ErrPending].
func (s *Service) Sheet(ctx context.Context, by actor.Actor, firm actor.DossierID, number Number, language string) (Sheet, error) {
	l, err := s.Mined(ctx, by, firm, number)
	if err != nil {
		return Sheet{}, err
	}
	pdf, err := sheet.Draw(s.drawing(l.Credential, language))
	if err != nil {
		return Sheet{}, fmt.Errorf("draw credential %s: %w", l.ID, err)
	}
	key, err := s.Keys.signer()
	if err != nil {
		return Sheet{}, err
	}
	claims, err := s.signed(l.Credential).Claims()
	if err != nil {
		return Sheet{}, err
	}
	sum := sha256.Sum256(pdf)
	claims[check.ClaimDigest] = hex.EncodeToString(sum[:])
	signature, err := sdjwt.SignJWT(check.SheetType, claims, key.Key)
	return Sheet{pdf, signature}, err
}

// inks are the two languages of a sheet.
type inks struct{ first, other string }

// inksOf is a language, and the one whose script stands beside it.
func inksOf(language string) inks {
	if strings.HasPrefix(language, "zh-Hant") || language == "" {
		return inks{language, "zh-Hans"}
	}
	return inks{language, "zh-Hant-TW"}
}

func (i inks) of(w Words) sheet.Text { return sheet.Text{First: w.In(i.first), Other: w.In(i.other)} }

// word is a message in both.
func (s *Service) word(i inks, id string) sheet.Text {
	return sheet.Text{First: s.Word(i.first, id, nil), Other: s.Word(i.other, id, nil)}
}

// drawing is what a sheet says.
func (s *Service) drawing(c Credential, language string) sheet.Sheet {
	i := inksOf(language)
	out := sheet.Sheet{
		Lang: i.first, Title: i.of(c.Type.Title), Drawn: c.Created,
		Issuer:   sheet.Row{Label: s.word(i, "SHEET_ISSUER"), Value: c.Type.IssuerName.In(i.first)},
		Number:   sheet.Row{Label: s.word(i, "SHEET_NUMBER"), Value: fmt.Sprintf("%s / %d", c.Number, c.Edition)},
		Validity: sheet.Row{Label: s.word(i, "SHEET_VALIDITY"), Value: Validity(c.From, c.Until)},
		Code:     s.CheckURL(c), Hint: s.word(i, "SHEET_HINT"), Rare: s.word(i, "SHEET_RARE"),
	}
	if c.Type.Illustrative {
		out.Notice = s.word(i, "SHEET_ILLUSTRATIVE")
	}
	for _, f := range c.Type.Fields {
		if value, there := c.Values[f.Name]; there {
			out.Rows = append(out.Rows, i.rows(f, value)...)
		}
	}
	out.Rows = append(out.Rows, sheet.Row{Label: s.word(i, "SHEET_BASIS"), Value: c.Type.Basis.In(i.first)})
	return out
}

// Validity is from and until which day something holds, in Asia/Shanghai; until is its
// end, or zero where it has none.
func Validity(from, until time.Time) string {
	if until.IsZero() {
		return calendar.On(from).String() + " –"
	}
	return calendar.On(from).String() + " – " + calendar.On(until.Add(-time.Second)).String()
}

// rows are the lines of one field, labelled in both scripts.
func (i inks) rows(f Field, value any) []sheet.Row {
	first, other := Lines(f, value, i.first), Lines(f, value, i.other)
	out := make([]sheet.Row, len(first))
	for n, l := range first {
		out[n] = sheet.Row{Label: sheet.Text{First: l.Label, Other: other[n].Label}, Value: l.Value}
	}
	return out
}

// Line is a value with its label, for reading.
type Line struct{ Label, Value string }

// Lines are what a field says in a language: one line, or one for each row of a table.
func Lines(f Field, value any, language string) []Line {
	table, ok := value.([]Row)
	if !ok {
		return []Line{{f.Title.In(language), f.read(value, language)}}
	}
	out := make([]Line, len(table))
	for n, row := range table {
		var parts []string
		for _, column := range f.Columns {
			if v, there := row[column.Name]; there {
				parts = append(parts, column.Title.In(language)+" "+column.read(v, language))
			}
		}
		out[n] = Line{f.Title.In(language) + " " + strconv.Itoa(n+1), strings.Join(parts, " · ")}
	}
	return out
}

// read is a value for reading: a code in words, an amount in yuan, all else as it is.
func (f Field) read(value any, language string) string {
	switch x := value.(type) {
	case int64:
		if f.Kind == Fen {
			return yuan(x)
		}
		return strconv.FormatInt(x, 10)
	case string:
		if f.Kind == Code {
			return f.Values[x].In(language)
		}
		return x
	}
	return ""
}

// yuan is an amount in fen as CNY 1,234.00.
func yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	whole := strconv.FormatInt(fen/100, 10)
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return fmt.Sprintf("CNY %s%s.%02d", sign, whole, fen%100)
}
