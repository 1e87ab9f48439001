package credentialrpc

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/i18n"
)

//go:embed page.html
var pageText string

// pages is the page of a token. It needs no script and loads nothing.
var pages = template.Must(template.New("page").Parse(pageText))

// pagePolicy is the page's Content-Security-Policy: its own style, known by its digest, and the
// button.
var pagePolicy = func() string {
	_, rest, _ := strings.Cut(pageText, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	digest := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// page is what it shows: the button, or what was found, or why nothing was.
type page struct {
	Language, Title, Tap, Sorry string
	Purpose, Checked            string
	Licences                    []shown

	texts *i18n.Bundle
}

// shown is one licence on the page.
type shown struct {
	Title, Issuer, Number, Validity string
	Standing                        string
	// Good is true where it holds.
	Good bool
	Rows []line
}

type line struct{ Label, Value string }

func newPage(ctx context.Context, texts *i18n.Bundle) *page {
	p := &page{Language: string(call.Language(ctx)), texts: texts}
	p.Title, p.Tap = p.word("VERIFY_PAGE_TITLE"), p.word("VERIFY_PAGE_TAP")
	return p
}

func (p *page) word(id string) string { return p.texts.Text(i18n.Language(p.Language), id, nil) }

// show fills the page.
func (p *page) show(v credential.View, now time.Time) {
	p.Tap, p.Purpose = "", v.Purpose
	p.Checked = p.word("VERIFY_PAGE_CHECKED") + " " + now.In(calendar.Begins(calendar.On(now)).Location()).Format("2006-01-02 15:04:05")
	for _, s := range v.Seen {
		one := shown{
			Title: s.Type.Title.In(p.Language), Issuer: s.Type.IssuerName.In(p.Language), Good: s.Standing == check.Authentic,
			Number:   string(s.Number) + " / " + strconv.Itoa(s.Edition),
			Standing: p.word("STANDING_" + strings.ToUpper(string(s.Standing))), Validity: credential.Validity(s.From, s.Until),
		}
		for _, f := range s.Type.Fields {
			if value, there := s.Values[f.Name]; there {
				for _, r := range credential.Lines(f, value, p.Language) {
					one.Rows = append(one.Rows, line{r.Label, r.Value})
				}
			}
		}
		p.Licences = append(p.Licences, one)
	}
}
