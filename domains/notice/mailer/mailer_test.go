package mailer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/mailer"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
)

func now() time.Time { return time.Date(2026, time.March, 30, 1, 0, 0, 0, time.UTC) }

func start(t *testing.T, change func(*mailer.Config)) (*mailer.Mailer, *noticetest.SMTP) {
	t.Helper()
	s := noticetest.NewSMTP(t)
	c := mailer.Config{Host: s.Host, Port: s.Port, TLS: mailer.Plain, From: "no-reply@notices.example.org", Now: now}
	if change != nil {
		change(&c)
	}
	m, err := mailer.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m, s
}

var letter = notice.Letter{
	Key: "01957000-0000-7000-8000-000000000001", To: notice.Address{Mail: "reader@example.org"},
	Title: "申報\r\nBcc: other@example.org", Body: "第一行\n.\n第二行", Language: "zh-Hant-TW", Unsubscribe: "https://portal.example.org/u?token=x",
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	m, s := start(t, nil)
	tests := []struct {
		name   string
		change func(*noticetest.SMTP)
		want   notice.Result
	}{
		{"takes it", func(*noticetest.SMTP) {}, notice.Taken},
		{"knows nobody", noticetest.RefuseRecipient("550 5.1.1 nobody"), notice.Dead},
		{"knows nobody, in old words", noticetest.RefuseRecipient("550 nobody"), notice.Dead},
		{"mailbox full", noticetest.RefuseRecipient("552 5.2.2 full"), notice.Rejected},
		{"by policy", noticetest.RefuseRecipient("550 5.7.1 policy"), notice.Rejected},
		{"greylisted", noticetest.RefuseRecipient("451 4.7.1 later"), notice.Busy},
		{"too busy", noticetest.RefuseText("452 4.3.1 later"), notice.Busy},
		{"unwelcome", noticetest.RefuseText("554 5.7.1 spam"), notice.Rejected},
		{"takes it and does not say so", noticetest.TakeUnsaid, notice.Unclear},
	}
	for _, tt := range tests {
		s.Behave(tt.change)
		out := m.Send(t.Context(), letter)
		if out.Result != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, out.Result, out.Err, tt.want)
		}
		if out.Err != nil && strings.Contains(out.Err.Error(), "example.org") {
			t.Errorf("%s: the error shows an address: %v", tt.name, out.Err)
		}
	}
	s.Behave(noticetest.Hang)
	hurried, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if out := m.Send(hurried, letter); out.Result != notice.Busy {
		t.Errorf("says nothing: %q, %v", out.Result, out.Err)
	}
	s.Close()
	if out := m.Send(t.Context(), letter); out.Result != notice.Busy {
		t.Errorf("gone: %q, %v", out.Result, out.Err)
	}
}

// TestHeaders: nothing that is said can become a header, and a line with a dot
// ends nothing.
func TestHeaders(t *testing.T) {
	t.Parallel()
	m, s := start(t, nil)
	if out := m.Send(t.Context(), letter); out.Result != notice.Taken {
		t.Fatalf("%q, %v", out.Result, out.Err)
	}
	raw := s.Taken()[0].Raw
	headers, _, _ := strings.Cut(raw, "\r\n\r\n")
	for _, want := range []string{
		"Message-ID: <" + letter.Key + "@notices.example.org>", "List-Unsubscribe: <" + letter.Unsubscribe + ">",
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Content-Language: zh-Hant-TW", "Date: Mon, 30 Mar 2026 01:00:00 +0000",
	} {
		if !strings.Contains(headers, want) {
			t.Errorf("the headers lack %s:\n%s", want, headers)
		}
	}
	if strings.Contains(headers, "\nBcc") {
		t.Errorf("a subject became a header:\n%s", headers)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	good := mailer.Config{Host: "mail.example.org", Port: 587, From: "no-reply@example.org", Now: now}
	for name, change := range map[string]func(*mailer.Config){
		"no host":   func(c *mailer.Config) { c.Host = "" },
		"no port":   func(c *mailer.Config) { c.Port = 0 },
		"no sender": func(c *mailer.Config) { c.From = "nobody" },
		"no TLS":    func(c *mailer.Config) { c.TLS = "maybe" },
		"no clock":  func(c *mailer.Config) { c.Now = nil },
	} {
		c := good
		change(&c)
		if _, err := mailer.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := mailer.New(good); err != nil {
		t.Errorf("a good one: %v", err)
	}
}
