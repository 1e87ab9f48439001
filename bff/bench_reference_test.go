package bff_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// reference answers GetDossier as one would by hand: no generated code, no
// layers, one prepared statement for each table. It shares the token check and
// the vault with the house, because those are to be the same.
type reference struct {
	sessions *access.Service
	vault    *vault.Vault
	today    string

	documents, printings, links, inquiries, records, data, roles *sql.Stmt
}

func newReference(t testing.TB, s *bfftest.Server, d database) *reference {
	t.Helper()
	r := &reference{sessions: s.Sessions, vault: s.Vault, today: s.Files.Today().String()}
	const mine = `(SELECT id FROM documents WHERE dossier_id = ?)`
	for statement, text := range map[**sql.Stmt]string{
		&r.documents: `SELECT id, dossier_id, kind, number_sealed, issue_count, valid_from, valid_to, recorded,
			holder_sealed, coalesce(replaced_by, '')
			FROM documents WHERE dossier_id = (SELECT dossier_id FROM documents WHERE id = ?)
			ORDER BY CASE WHEN recorded = 'replaced' THEN 1 ELSE 0 END, id`,
		&r.printings: `SELECT document_id, issue_count, valid_from, valid_to FROM printings WHERE document_id IN ` + mine + ` ORDER BY id DESC`,
		// One OR over both columns would have PostgreSQL read the whole table.
		&r.links: `SELECT id, first_id, second_id, level, proof_id, create_time, cut_time FROM links WHERE first_id IN ` + mine + `
			UNION SELECT id, first_id, second_id, level, proof_id, create_time, cut_time FROM links WHERE second_id IN ` + mine + `
			ORDER BY id DESC`,
		&r.inquiries: `SELECT id, kind, state, create_time, next_try_time, link_id FROM inquiries
			WHERE document_id IN ` + mine + ` AND state IN ('pending', 'in_review') ORDER BY id DESC`,
		&r.records: `SELECT id, document_id, kind, title_sealed, authority, occur_time, amount_fen, count(*) OVER () FROM records
			WHERE document_id IN ` + mine + ` ORDER BY occur_time DESC, id DESC LIMIT 20`,
		&r.data: `SELECT id, code, value_sealed, origin, document_id, record_time, proof_id FROM data
			WHERE document_id IN ` + mine + ` AND end_time IS NULL ORDER BY code, record_time DESC, id DESC`,
		&r.roles: `SELECT r.firm_id, f.name, r.role, r.document_id FROM firm_roles r JOIN firms f ON f.id = r.firm_id
			WHERE r.document_id IN ` + mine + ` AND r.end_time IS NULL ORDER BY r.id`,
	} {
		var err error
		*statement, err = d.byHand.PrepareContext(t.Context(), d.db.Rebind(text))
		must(t, err)
		t.Cleanup(func() { _ = (*statement).Close() })
	}
	return r
}

// ServeHTTP answers with the file of the token's person.
func (r *reference) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	by, err := r.sessions.Authenticate(req.Context(), token)
	if !ok || err != nil {
		http.Error(w, "sign in", http.StatusUnauthorized)
		return
	}
	file, err := r.file(req.Context(), string(by.Document))
	if err != nil {
		http.Error(w, "something went wrong", http.StatusInternalServerError)
		return
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]*fileJSON{"dossier": file}); err != nil {
		http.Error(w, "something went wrong", http.StatusInternalServerError)
		return
	}
	body := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // whoever left needs no answer
}

// file reads the file of a document.
func (r *reference) file(ctx context.Context, document string) (*fileJSON, error) {
	f := &fileJSON{Kind: "DOSSIER_KIND_PERSON", Powers: allPowers}
	sealed, err := r.readDocuments(ctx, f, document)
	if err != nil {
		return nil, err
	}
	if len(f.Documents) == 0 {
		return nil, sql.ErrNoRows
	}
	ids := make([]string, len(f.Documents))
	for i, d := range f.Documents {
		ids[i] = d.ID
	}
	keys, err := r.vault.Keys(ctx, ids...)
	if err != nil {
		return nil, err
	}
	if err := openDocuments(keys, f, sealed); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, *fileJSON) error{
		r.readPrintings, r.readLinks, r.readInquiries, r.readRoles,
		func(ctx context.Context, f *fileJSON) error { return r.readRecords(ctx, f, keys) },
		func(ctx context.Context, f *fileJSON) error { return r.readData(ctx, f, keys) },
	} {
		if err := read(ctx, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// each calls scan for every row of a statement.
func each(ctx context.Context, statement *sql.Stmt, scan func(*sql.Rows) error, args ...any) error {
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what went wrong
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sealedPaper is what of a document is sealed.
type sealedPaper struct{ number, holder []byte }

// openDocuments fills in what was sealed.
func openDocuments(keys vault.Set, f *fileJSON, sealed []sealedPaper) error {
	for i, d := range f.Documents {
		number, err := keys.Unseal(d.ID, sealed[i].number, "document/"+d.ID+"/number")
		if err != nil {
			return err
		}
		plain, err := keys.Unseal(d.ID, sealed[i].holder, "document/"+d.ID+"/holder")
		if err != nil {
			return err
		}
		var holder struct{ Mainland, Taiwan, Roman, Birth, Sex string }
		if err := json.Unmarshal(plain, &holder); err != nil {
			return err
		}
		d.Number = string(number)
		d.MaskedNumber = strings.Repeat("*", len(number)-2) + d.Number[len(number)-2:]
		d.Name.Mainland, d.Name.Taiwan, d.Name.Roman = holder.Mainland, holder.Taiwan, holder.Roman
		d.BirthDate = holder.Birth
		d.Sex = map[string]string{"M": "SEX_MALE", "F": "SEX_FEMALE"}[holder.Sex]
	}
	return nil
}

func (r *reference) readDocuments(ctx context.Context, f *fileJSON, document string) ([]sealedPaper, error) {
	var all []sealedPaper
	err := each(ctx, r.documents, func(rows *sql.Rows) error {
		var d documentJSON
		var kind, recorded string
		var sealed sealedPaper
		err := rows.Scan(&d.ID, &f.ID, &kind, &sealed.number, &d.IssueCount, &d.ValidFrom, &d.ValidTo, &recorded,
			&sealed.holder, &d.ReplacedBy)
		if err != nil {
			return err
		}
		all = append(all, sealed)
		d.Kind = "DOCUMENT_KIND_" + strings.ToUpper(kind)
		if recorded == "valid" && d.ValidTo != "" && d.ValidTo < r.today {
			recorded = "expired"
		}
		d.Status = "DOCUMENT_STATUS_" + strings.ToUpper(recorded)
		f.Documents = append(f.Documents, &d)
		return nil
	}, document)
	return all, err
}

func (r *reference) readPrintings(ctx context.Context, f *fileJSON) error {
	return each(ctx, r.printings, func(rows *sql.Rows) error {
		var p printingJSON
		var of string
		if err := rows.Scan(&of, &p.IssueCount, &p.ValidFrom, &p.ValidTo); err != nil {
			return err
		}
		for _, d := range f.Documents {
			if d.ID == of {
				d.Earlier = append(d.Earlier, p)
			}
		}
		return nil
	}, f.ID)
}

func (r *reference) readLinks(ctx context.Context, f *fileJSON) error {
	var cuts []linkJSON
	err := each(ctx, r.links, func(rows *sql.Rows) error {
		l := linkJSON{DocumentIDs: make([]string, 2), Powers: allPowers}
		var level string
		var made time.Time
		var cut sql.NullTime
		if err := rows.Scan(&l.ID, &l.DocumentIDs[0], &l.DocumentIDs[1], &level, &l.ProofID, &made, &cut); err != nil {
			return err
		}
		l.Level, l.CreateTime = "PROOF_LEVEL_"+strings.ToUpper(level), stamp(made)
		if level == "paper_two_officers" {
			l.Powers = paperPowers
		}
		if cut.Valid {
			l.CutTime = stamp(cut.Time)
			cuts = append(cuts, l)
			return nil
		}
		if len(l.Powers) < len(f.Powers) {
			f.Powers = l.Powers
		}
		f.Links = append(f.Links, l)
		return nil
	}, f.ID, f.ID)
	f.Links = append(f.Links, cuts...)
	return err
}

func (r *reference) readInquiries(ctx context.Context, f *fileJSON) error {
	return each(ctx, r.inquiries, func(rows *sql.Rows) error {
		var q inquiryJSON
		var made, next time.Time
		if err := rows.Scan(&q.ID, &q.Kind, &q.State, &made, &next, &q.LinkID); err != nil {
			return err
		}
		if q.State == "pending" {
			q.NextTryTime = stamp(next)
		}
		q.Kind, q.State = "INQUIRY_KIND_"+strings.ToUpper(q.Kind), "INQUIRY_STATE_"+strings.ToUpper(q.State)
		q.CreateTime = stamp(made)
		f.Inquiries = append(f.Inquiries, q)
		return nil
	}, f.ID)
}

func (r *reference) readRecords(ctx context.Context, f *fileJSON, keys vault.Set) error {
	return each(ctx, r.records, func(rows *sql.Rows) error {
		var x recordJSON
		var occurred time.Time
		var sealed []byte
		if err := rows.Scan(&x.ID, &x.DocumentID, &x.Kind, &sealed, &x.Authority, &occurred, &x.AmountFen, &f.RecordCount); err != nil {
			return err
		}
		title, err := keys.Unseal(x.DocumentID, sealed, "record/"+x.ID+"/title")
		if err != nil {
			return err
		}
		x.Title, x.OccurTime = string(title), stamp(occurred)
		f.Records = append(f.Records, x)
		return nil
	}, f.ID)
}

func (r *reference) readData(ctx context.Context, f *fileJSON, keys vault.Set) error {
	return each(ctx, r.data, func(rows *sql.Rows) error {
		var d datumJSON
		var id string
		var sealed []byte
		var recorded time.Time
		if err := rows.Scan(&id, &d.Code, &sealed, &d.Origin, &d.DocumentID, &recorded, &d.ProofID); err != nil {
			return err
		}
		if n := len(f.Data); n > 0 && f.Data[n-1].Code == d.Code {
			return nil // an older one of this code
		}
		value, err := keys.Unseal(d.DocumentID, sealed, "datum/"+id+"/value")
		if err != nil {
			return errors.New("a value does not open")
		}
		d.Value, d.Origin, d.RecordTime = string(value), "DATUM_ORIGIN_"+strings.ToUpper(d.Origin), stamp(recorded)
		f.Data = append(f.Data, d)
		return nil
	}, f.ID)
}

func (r *reference) readRoles(ctx context.Context, f *fileJSON) error {
	return each(ctx, r.roles, func(rows *sql.Rows) error {
		var x roleJSON
		if err := rows.Scan(&x.FirmID, &x.FirmName, &x.Role, &x.DocumentID); err != nil {
			return err
		}
		f.FirmRoles = append(f.FirmRoles, x)
		return nil
	}, f.ID)
}
