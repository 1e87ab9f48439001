package notice_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
)

func TestHoldingsAndForget(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.everywhere(t)
		w.browse(t, "b")
		must(t, "choose", w.Choose(t.Context(), as("a"), notice.Choice{Topic: notice.Money, Channels: []notice.Channel{notice.Mail}}))
		w.tell(t, message("a", "key"), message("a", "another key"), message("b", "b's"))
		w.run(t)
		h, err := w.Holdings(t.Context(), 100, "a", "c")
		must(t, "collect", err)
		if len(h.Notices) != 2 || len(h.Notices[0].Deliveries) != 1 || len(h.Endpoints) != 3 || len(h.Choices) != 1 {
			t.Errorf("held are %d notices, %d endpoints, %d choices", len(h.Notices), len(h.Endpoints), len(h.Choices))
		}
		if h.Endpoints[1].Address.Mail != mailbox || h.Endpoints[0].Address.Phone != phone {
			t.Error("the addresses are not those that were given")
		}
		if h, err = w.Holdings(t.Context(), 1, "a"); err != nil || len(h.Notices) != 1 || len(h.Endpoints) != 1 {
			t.Errorf("bounded: %d notices, %d endpoints, %v", len(h.Notices), len(h.Endpoints), err)
		}
		w.tell(t, message("a", "on its way"))
		for range 2 {
			w.write(t, func(ctx context.Context) error { return w.Forget(ctx, "a") })
		}
		w.finish(t)
		x.want(t, 2, 0, 0)
		if h, err = w.Holdings(t.Context(), 100, "a"); err != nil || len(h.Notices)+len(h.Endpoints)+len(h.Choices) != 0 {
			t.Errorf("after forgetting: %d notices, %d endpoints, %d choices, %v", len(h.Notices), len(h.Endpoints), len(h.Choices), err)
		}
		if h, err = w.Holdings(t.Context(), 100, "b"); err != nil || len(h.Notices) != 1 || len(h.Endpoints) != 1 {
			t.Errorf("b's: %d notices, %d endpoints, %v", len(h.Notices), len(h.Endpoints), err)
		}
		w.tell(t, message("a", "later"))
		if got := w.sequences(t, "a"); len(got) != 1 || got[0] != 4 {
			t.Errorf("sequences go on with %v, want 4", got)
		}
	})
}

// TestNothingInClear: no address, code or content is in SQLite's files, in the log,
// or in what is printed of the types.
func TestNothingInClear(t *testing.T) {
	t.Parallel()
	path := entdbtest.File(t)
	db, err := entdb.Open(t.Context(), entdb.Config{URL: "sqlite:" + path}, slog.New(slog.DiscardHandler))
	must(t, "open", err)
	w := newWorld(t, db)
	t.Cleanup(func() { _ = db.Close() })

	b := w.browse(t, "a")
	w.reach(t, "a", notice.Address{Mail: "canary.mail@example.org"})
	w.reach(t, "a", notice.Address{Phone: phone})
	code := w.code(t, notice.Address{Phone: phone})
	w.push.TakeUnsaid()
	w.smtp.Behave(noticetest.RefuseRecipient("550 5.1.1 canary.mail@example.org canary-answer"))
	m := message("a", "key")
	m.Text = &notice.Text{Title: "canary-title", Body: "canary-body", Language: "en"}
	w.tell(t, m, message("a", "another key"))
	w.finish(t)
	w.push.Behave(http.StatusTeapot)
	w.tell(t, message("a", "third key"))
	w.finish(t)
	w.want(t, "push failed, sms sent")

	sub := b.Subscription()
	secrets := []string{"canary", phone, phone[4:], sub.Endpoint, sub.Auth, sub.P256dh, strings.TrimPrefix(sub.Endpoint, w.push.URL), "sssss"}
	files, err := filepath.Glob(path + "*")
	must(t, "find files", err)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, "read", err)
		for _, s := range secrets {
			if bytes.Contains(raw, []byte(s)) {
				t.Errorf("%s holds a secret in clear: %.10s…", filepath.Base(name), s)
			}
		}
	}
	l := w.list(t, "a")
	h, err := w.Holdings(t.Context(), 10, "a")
	must(t, "collect", err)
	var printed bytes.Buffer
	log := slog.New(slog.NewTextHandler(&printed, nil))
	log.Info("all", "notice", l.Notices[0], "message", m, "holdings", h, "address", h.Endpoints[0].Address,
		"letter", notice.Letter{Key: "k", To: h.Endpoints[0].Address, Body: "canary"})
	fmt.Fprintf(&printed, "%v %s", h.Endpoints[0].Address, notice.Letter{Key: "k", Body: "canary"})
	for _, s := range append(secrets, code) {
		if strings.Contains(w.logged(), s) || strings.Contains(printed.String(), s) {
			t.Errorf("the log holds a secret: %.10s…", s)
		}
	}
	if !strings.Contains(w.logged(), "notice not delivered") {
		t.Error("nothing was logged of what went wrong")
	}
}
