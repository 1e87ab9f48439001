package audit_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

// parse reads a checkpoint's text.
func parse(t *testing.T, text string) (int64, tlog.Hash) {
	t.Helper()
	lines := strings.Split(text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(t, "read the size", err)
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	must(t, "read the root", err)
	return size, tlog.Hash(raw)
}

// TestReasonGoesWithItsKey seals reasons under the subject's data key where
// there is one: they are gone with it, and the log still verifies.
func TestReasonGoesWithItsKey(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		_, err := w.Vault.Make(t.Context(), string(doc(5)), string(doc(6)))
		must(t, "make keys", err)
		look(t, w, officer, "first", doc(4), doc(5), doc(6)) // 4 has no key
		look(t, w, officer, "second", doc(6))
		look(t, w, officer, "third", doc(4)) // under the keyring
		number(t, w)
		anchorAll(t, w)
		whys := func() string {
			list, _, err := w.ListEntries(t.Context(), audit.Filter{}, audit.Page{Limit: 5})
			must(t, "list", err)
			var out []string
			for _, e := range list {
				out = append(out, e.Why)
			}
			return strings.Join(out, ",")
		}
		if got := whys(); got != "third,second,first" {
			t.Errorf("reasons are %q", got)
		}
		must(t, "shred", w.Vault.Shred(t.Context(), string(doc(5))))
		if got := whys(); got != "third,second," {
			t.Errorf("after the erasure reasons are %q, want the first one gone", got)
		}
		if all := looks(t, r, person(6), false, 5); len(all) != 2 || all[0].Why != "second" {
			t.Errorf("the other subject sees %d entries", len(all))
		}
		look(t, w, officer, "fourth", doc(5), doc(6)) // 5 has no key any more
		number(t, w)
		anchorAll(t, w)
		if got := whys(); got != "fourth,third,second," {
			t.Errorf("reasons are %q", got)
		}
		sound(t, w, 4)
	})
}

// TestNothingInClear looks for what callers wrote in every column of every
// table, and in the anchor file.
func TestNothingInClear(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		onFile(t, w, doc(1))
		const canary = "金絲雀canary9731"
		look(t, w, officer, canary+"why", doc(1))
		entry := newest(t, w).ID
		o, err := r.Object(t.Context(), person(1), entry, canary+"text")
		must(t, "object", err)
		_, err = r.Answer(t.Context(), second, o.ID, audit.Justified, canary+"answer")
		must(t, "answer", err)
		number(t, w)
		anchorAll(t, w)
		ctx, l := audit.Begin(t.Context(), officer, find, "")
		l.Why(canary)
		must(t, "finish", w.Finish(ctx, l, audit.OK))
		shown := fmt.Sprint(l.LogValue(), newest(t, w).LogValue(), o.LogValue())
		dump := fmt.Sprintf("%s %s %s", shown, flat(backUp(t, w)), read(t, w.Anchor))
		for _, table := range []string{"text_sealed", "answer_sealed"} {
			dump += string(ask[[]byte](t, w, "SELECT "+table+" FROM objections"))
		}
		for _, form := range []string{"canary9731", base64.StdEncoding.EncodeToString([]byte(canary))[:12]} {
			if strings.Contains(dump, form) {
				t.Errorf("a canary was found in clear, as %q", form)
			}
		}
	})
}

// flat is a copy of the log as text.
func flat(back copied) string {
	var out bytes.Buffer
	for _, rows := range back {
		for _, values := range rows {
			for _, v := range values {
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				_, _ = fmt.Fprintln(&out, v)
			}
		}
	}
	return out.String()
}

// TestSigner: processes that start at once end with one key, which only its
// owner can read and which is not shown.
func TestSigner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var all sync.WaitGroup
	keys := make([]string, 16)
	for i := range keys {
		all.Go(func() {
			s, err := audit.OpenSigner(dir)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			keys[i] = s.VerifierKey()
		})
	}
	all.Wait()
	for _, k := range keys {
		if k != keys[0] || k == "" {
			t.Fatalf("keys %q and %q of one folder", keys[0], k)
		}
	}
	path := filepath.Join(dir, "audit-key")
	info, err := os.Stat(path)
	must(t, "stat", err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("%d files in the folder (%v), want one", len(names), err)
	}
	s, err := audit.OpenSigner(dir)
	must(t, "open", err)
	if shown := fmt.Sprintf("%v %+v %#v %s", s, s, s, s); strings.Contains(shown, "PRIVATE") {
		t.Error("the key is shown")
	}
	raw := read(t, path)
	for name, bad := range map[string][]byte{
		"empty": {}, "one line": bytes.Split(raw, []byte("\n"))[0], "another": append([]byte("x"), raw...),
	} {
		must(t, name, os.WriteFile(path, bad, 0o600))
		if _, err := audit.OpenSigner(dir); err == nil || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s key: %v, want an error that does not show it", name, err)
		}
	}
}

// TestAuditorsAreRecorded: what auditors list, they have looked at.
func TestAuditorsAreRecorded(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		look(t, w, officer, "", doc(1))
		look(t, w, second, "", doc(2))
		auditor := actor.Actor{Role: actor.Auditor, Officer: "01890000-0000-7000-8000-0000000000a1", Duty: actor.Audit}
		ctx, l := audit.Begin(t.Context(), auditor, "audit.v1.AuditorService/ListEntries", "")
		list, more, err := w.ListEntries(ctx, audit.Filter{Actor: string(second.Officer), Action: find}, audit.Page{Limit: 5})
		if err != nil || len(list) != 1 || more || list[0].Actor != string(second.Officer) {
			t.Errorf("filtered: %d, %v, %v, want the second officer's", len(list), more, err)
		}
		must(t, "finish", w.Finish(ctx, l, audit.OK))
		if got := newest(t, w); len(got.Subjects) != 1 || got.Subjects[0] != doc(2) || got.Basis != "duty/audit" {
			t.Errorf("the auditor's entry is %+v, want one about document 2", fields(got))
		}
	})
}
