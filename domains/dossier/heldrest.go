package dossier

import (
	"context"
	"database/sql"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// linkColumns are those of a link l with its proof p.
const linkColumns = `SELECT l.id, l.first_id, l.second_id, l.level, l.create_time, l.cut_time, l.cut_reason_sealed,
	p.id, p.kind, p.check_time, p.note_sealed FROM links l JOIN proofs p ON p.id = l.proof_id WHERE `

func (r reading) links(ctx context.Context) ([]HeldLink, error) {
	first, args := r.among("l.first_id")
	second, more := r.among("l.second_id")
	text := linkColumns + first + ` OR ` + second + ` ORDER BY l.create_time DESC, l.id DESC LIMIT ?`
	return entdb.Query(ctx, r.s.db, text, append(append(args, more...), r.limit), func(rows *sql.Rows) (h HeldLink, err error) {
		var cut sql.NullTime
		var reason, said []byte
		err = rows.Scan(&h.ID, &h.First, &h.Second, &h.Level, &h.Made, &cut, &reason,
			&h.Proof, &h.ProofKind, &h.ProofTime, &said)
		if err != nil {
			return h, err
		}
		h.Made, h.Cut, h.ProofTime = h.Made.UTC(), momentOf(cut), h.ProofTime.UTC()
		if h.CutReason, err = r.open(h.First, reason, "link", string(h.ID), "cut_reason"); err != nil {
			return h, err
		}
		field := proofField(h.ProofKind)
		text, err := r.open(h.First, said, "proof", string(h.Proof), field)
		if field == "note" {
			h.ProofNote = text
		} else {
			h.ProofTrace = text
		}
		return h, err
	})
}

func (r reading) reviews(ctx context.Context) ([]HeldReview, error) {
	first, args := r.among("first_id")
	second, more := r.among("second_id")
	text := `SELECT id, kind, state, first_id, second_id, create_time, close_time, close_reason_sealed FROM reviews WHERE ` +
		first + ` OR ` + second + ` ORDER BY create_time DESC, id DESC LIMIT ?`
	return entdb.Query(ctx, r.s.db, text, append(append(args, more...), r.limit), func(rows *sql.Rows) (h HeldReview, err error) {
		var closed sql.NullTime
		var reason []byte
		var a, b DocumentID
		if err = rows.Scan(&h.ID, &h.Kind, &h.State, &a, &b, &h.Opened, &closed, &reason); err != nil {
			return h, err
		}
		h.Opened, h.Closed, h.Document, h.Other = h.Opened.UTC(), momentOf(closed), a, b
		if !slices.Contains(r.ids, a) {
			h.Document, h.Other = b, ""
		} else if !slices.Contains(r.ids, b) {
			h.Other = ""
		}
		if h.Other != "" { // what was written about two persons is neither's alone
			h.Reason, err = r.open(a, reason, "review", string(h.ID), "close_reason")
		}
		return h, err
	})
}

func (r reading) data(ctx context.Context) ([]HeldDatum, error) {
	return listed(ctx, r, "id, document_id, code, item, value_sealed, origin, proof_id, record_time, end_time",
		"data", "document_id", "record_time", func(rows *sql.Rows) (h HeldDatum, err error) {
			var id string
			var value []byte
			var ended sql.NullTime
			if err = rows.Scan(&id, &h.Document, &h.Code, &h.Item, &value, &h.Origin, &h.Proof, &h.Recorded, &ended); err != nil {
				return h, err
			}
			h.Recorded, h.Ended = h.Recorded.UTC(), momentOf(ended)
			h.Value, err = r.open(h.Document, value, "datum", id, "value")
			return h, err
		})
}

func (r reading) roles(ctx context.Context) ([]HeldRole, error) {
	among, args := r.among("r.document_id")
	text := `SELECT r.firm_id, f.name, r.role, r.document_id, r.create_time, r.end_time
		FROM firm_roles r JOIN firms f ON f.id = r.firm_id WHERE ` + among + ` ORDER BY r.create_time DESC, r.id DESC LIMIT ?`
	return entdb.Query(ctx, r.s.db, text, append(args, r.limit), func(rows *sql.Rows) (h HeldRole, err error) {
		var ended sql.NullTime
		err = rows.Scan(&h.Firm, &h.FirmName, &h.Role.Role, &h.Document, &h.Created, &ended)
		h.Created, h.Ended = h.Created.UTC(), momentOf(ended)
		return h, err
	})
}
