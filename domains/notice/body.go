package notice

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// mostBody is the largest body of a notice, as JSON.
const mostBody = 16 << 10

var kindForm = regexp.MustCompile(`^[a-z][a-z_]{0,47}$`)

// body is what of a notice is sealed.
type body struct {
	Args  map[string]string   `json:"args,omitempty"`
	Lines []map[string]string `json:"lines,omitempty"`
	Text  *Text               `json:"text,omitempty"`
}

// check finds mistakes of the program that tells. They are no faults.
func (m Message) check() error {
	switch {
	case m.Document == "":
		return errors.New("notice: a message to nobody")
	case m.Key == "" || len(m.Key) > 120:
		return errors.New("notice: a key of no or too many bytes")
	case !kindForm.MatchString(m.Kind):
		return fmt.Errorf("notice: %q is no kind", m.Kind)
	case !m.Topic.known():
		return fmt.Errorf("notice: %q is no topic", m.Topic)
	case len(m.About) > 36:
		return errors.New("notice: about is too long")
	}
	return nil
}

// seal seals what a message says for the notice of an ID.
func seal(keys vault.Set, id ID, m Message) ([]byte, error) {
	raw, err := json.Marshal(body{Args: m.Args, Lines: m.Lines, Text: m.Text})
	if err != nil {
		return nil, fmt.Errorf("write notice: %w", err)
	}
	if len(raw) > mostBody {
		return nil, fmt.Errorf("notice: %d bytes are too many to tell", len(raw))
	}
	sealed, err := keys.Seal(string(m.Document), raw, "notice/"+string(id))
	if err != nil {
		return nil, fmt.Errorf("seal notice %s: %w", id, err)
	}
	return sealed, nil
}

// open makes a notice of a row.
func open(keys vault.Set, r *ent.Notice) (Notice, error) {
	n := fromRow(r)
	raw, err := keys.Unseal(r.DocumentID, r.BodySealed, "notice/"+r.ID)
	var b body
	if err == nil {
		err = json.Unmarshal(raw, &b)
	}
	if err != nil {
		return Notice{}, fmt.Errorf("open notice %s: %w", r.ID, err)
	}
	n.Args, n.Lines, n.Text = b.Args, b.Lines, b.Text
	return n, nil
}
