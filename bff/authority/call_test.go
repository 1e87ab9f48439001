package authority_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
)

// answer is what came back, as it went over the wire.
type answer struct {
	ok     bool
	reason string // of a refusal
	// raw is the answer's bytes; of a refusal everything that it tells: code,
	// sentence and details.
	raw []byte
}

// outcome is how the golden file and the audit log call it.
func (a answer) outcome() string {
	if a.ok {
		return "OK"
	}
	return a.reason
}

// call sends a request as the cell's caller. The bytes are looked at as they
// are, so no generated client is between.
func (c *cell) call(req proto.Message) answer {
	c.t.Helper()
	body, err := proto.Marshal(req)
	c.must("write a request", err)
	kind := "application/proto"
	if c.proc.stream {
		body, kind = append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body))), body...), "application/connect+proto"
	}
	ctx, cancel := context.WithCancel(c.t.Context())
	defer cancel()
	hr, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/minzhengtong."+c.proc.name, bytes.NewReader(body))
	c.must("make a request", err)
	hr.Header.Set("Content-Type", kind)
	hr.Header.Set("Accept-Language", "en")
	if c.token != "" {
		hr.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.key != "" {
		hr.Header.Set("Idempotency-Key", c.key)
	}
	if c.delegation != "" {
		hr.Header.Set("Minzhengtong-Delegation", c.delegation)
	}
	res, err := c.client.Do(hr)
	c.must("call", err)
	defer func() { _ = res.Body.Close() }()
	if c.proc.stream && res.StatusCode == http.StatusOK {
		return c.first(res.Body)
	}
	raw, err := io.ReadAll(res.Body)
	c.must("read an answer", err)
	if res.StatusCode == http.StatusOK {
		return answer{ok: true, raw: raw}
	}
	return c.refusal(raw)
}

// endOfStream marks the frame that ends a stream and tells its error.
const endOfStream = 2

// first reads the first frame of a stream, a message or a refusal, and leaves.
func (c *cell) first(stream io.Reader) answer {
	c.t.Helper()
	head := make([]byte, 5)
	_, err := io.ReadFull(stream, head)
	c.must("read a frame", err)
	raw := make([]byte, binary.BigEndian.Uint32(head[1:]))
	_, err = io.ReadFull(stream, raw)
	c.must("read a frame", err)
	if head[0] != endOfStream {
		return answer{ok: true, raw: raw}
	}
	var end struct{ Error json.RawMessage }
	c.must("read the end of a stream", json.Unmarshal(raw, &end))
	return c.refusal(end.Error)
}

// refusal reads the JSON of an error in the Connect protocol.
func (c *cell) refusal(raw []byte) answer {
	c.t.Helper()
	var e struct {
		Code, Message string
		Details       []struct{ Type, Value string }
	}
	c.must("read a refusal", json.Unmarshal(raw, &e))
	a := answer{raw: []byte(e.Code + "\n" + e.Message)}
	for _, d := range e.Details {
		value, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(d.Value, "="))
		c.must("read a detail", err)
		a.raw = append(append(a.raw, "\n"+d.Type+"\n"...), value...)
		if info := new(errdetails.ErrorInfo); d.Type == string(info.ProtoReflect().Descriptor().FullName()) {
			c.must("read the reason", proto.Unmarshal(value, info))
			a.reason = info.GetReason()
		}
	}
	if a.reason == "" {
		c.t.Errorf("%s: a refusal without a reason: %s", c, raw)
	}
	return a
}

// subjects are the documents that the newest entry of the log is about.
func (h *house) subjects() []string {
	h.t.Helper()
	ctx := h.t.Context()
	rows, err := h.DB.SQL(ctx).QueryContext(ctx, "SELECT document_id FROM audit_subjects WHERE entry_id = (SELECT max(id) FROM audit_entries)")
	h.must("read an entry's subjects", err)
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		h.must("read an entry's subject", rows.Scan(&id))
		ids = append(ids, id)
	}
	h.must("read an entry's subjects", rows.Err())
	return ids
}

// entry is what the matrix checks of an audit entry.
type entry struct{ action, outcome, actor string }

// written returns the entries of the log that were written after the first n,
// the newest first, and how many there are now.
func (h *house) written(n int) (fresh []entry, now int) {
	h.t.Helper()
	ctx := h.t.Context()
	h.must("count audit entries", h.DB.SQL(ctx).QueryRowContext(ctx, "SELECT count(*) FROM audit_entries").Scan(&now))
	if n < 0 || now == n {
		return nil, now
	}
	rows, err := h.DB.SQL(ctx).QueryContext(ctx, h.DB.Rebind("SELECT action, outcome, actor FROM audit_entries ORDER BY id DESC LIMIT ?"), now-n)
	h.must("read audit entries", err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e entry
		h.must("read an audit entry", rows.Scan(&e.action, &e.outcome, &e.actor))
		fresh = append(fresh, e)
	}
	h.must("read audit entries", rows.Err())
	return fresh, now
}
