package notice_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

func (w *world) add(t *testing.T, a notice.Address) notice.Endpoint {
	t.Helper()
	e, err := w.AddEndpoint(t.Context(), as("a"), a)
	must(t, "add an endpoint", err)
	return e
}

// verify tries a code and wants an error, nil for none.
func (w *world) verify(t *testing.T, id notice.EndpointID, code string, want error) {
	t.Helper()
	e, err := w.VerifyEndpoint(t.Context(), as("a"), id, code)
	if !errors.Is(err, want) || want == nil && !e.Active {
		t.Errorf("code gives %+v, %v; want %v", e, err, want)
	}
}

func wrong(code string) string { return string('0'+(code[0]-'0'+1)%10) + code[1:] }

func TestVerify(t *testing.T) {
	for _, a := range []notice.Address{{Mail: mailbox}, {Phone: phone}, {Phone: "+86 120-0000-0001"}} {
		t.Run(a.Mail+a.Phone, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				e := w.add(t, a)
				if e.Active || e.Masked == "" {
					t.Errorf("added %+v, want it masked and not active", e)
				}
				w.run(t)
				at := a
				if strings.HasPrefix(at.Phone, "+86 ") {
					at.Phone = "+8612000000001"
				}
				code := w.code(t, at)
				w.verify(t, e.ID, wrong(code), notice.ErrCode)
				w.verify(t, e.ID, "", notice.ErrCode)
				if _, err := w.VerifyEndpoint(t.Context(), as("b"), e.ID, code); !errors.Is(err, notice.ErrEndpointNotFound) {
					t.Errorf("another's: %v, want %v", err, notice.ErrEndpointNotFound)
				}
				w.verify(t, e.ID, " "+wide(code)+" ", nil)
				w.verify(t, e.ID, code, nil)
				again := w.add(t, a)
				if w.run(t); again.ID != e.ID || !again.Active {
					t.Errorf("added again: %+v, want the same", again)
				}
			})
		})
	}
}

// wide writes digits in full width.
func wide(code string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
}

func TestACodeEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.add(t, notice.Address{Phone: phone})
		w.run(t)
		first := w.code(t, notice.Address{Phone: phone})
		for range 5 {
			w.verify(t, e.ID, wrong(first), notice.ErrCode)
		}
		w.verify(t, e.ID, first, notice.ErrCode)

		// Within a minute there is no other one, and no other message.
		w.add(t, notice.Address{Phone: phone})
		w.run(t)
		if n := len(w.box.Messages(phone)); n != 1 {
			t.Errorf("%d messages within a minute, want 1", n)
		}
		w.advance(time.Minute)
		if again := w.add(t, notice.Address{Phone: phone}); again.ID != e.ID {
			t.Errorf("added again as %s, want %s", again.ID, e.ID)
		}
		w.run(t)
		second := w.code(t, notice.Address{Phone: phone})
		w.advance(notice.CodeLife)
		w.verify(t, e.ID, second, notice.ErrCode)
		w.add(t, notice.Address{Phone: phone})
		w.run(t)
		w.verify(t, e.ID, w.code(t, notice.Address{Phone: phone}), nil)
	})
}

func TestACodeIsNotCheckedInATransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.add(t, notice.Address{Phone: phone})
		err := w.db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := w.VerifyEndpoint(ctx, as("a"), e.ID, "000000")
			return err
		})
		if err == nil || errors.Is(err, notice.ErrCode) {
			t.Errorf("got %v, want a mistake of ours", err)
		}
	})
}

// TestWhoAsksTooOften gets the same answer and no code.
func TestWhoAsksTooOften(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.often = true
		e := w.add(t, notice.Address{Phone: phone})
		w.finish(t)
		if n := len(w.box.Messages(phone)); n != 0 || e.Active || e.Masked != "+886 *** *** 678" {
			t.Errorf("%d messages came, and %+v; want none", n, e)
		}
	})
}

func TestTooManyEndpoints(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.join(t, "b", "a")
		var last notice.Endpoint
		for i := range 10 {
			last = w.add(t, notice.Address{Mail: fmt.Sprintf("reader%d@example.org", i)})
		}
		another := notice.Address{Mail: "eleventh@example.org"}
		if _, err := w.AddEndpoint(t.Context(), as("b"), another); !errors.Is(err, notice.ErrTooMany) {
			t.Errorf("the eleventh: %v, want %v", err, notice.ErrTooMany)
		}
		w.add(t, notice.Address{Mail: "reader3@example.org"}) // is there
		for i := range 20 {
			must(t, "remove", w.RemoveEndpoint(t.Context(), as("b"), last.ID))
			must(t, "remove again", w.RemoveEndpoint(t.Context(), as("b"), last.ID))
			last = w.add(t, notice.Address{Mail: fmt.Sprintf("other%d@example.org", i)})
		}
		must(t, "remove", w.RemoveEndpoint(t.Context(), as("a"), last.ID))
		if _, err := w.AddEndpoint(t.Context(), as("a"), another); !errors.Is(err, notice.ErrTooMany) {
			t.Errorf("the thirty-first of a day: %v, want %v", err, notice.ErrTooMany)
		}
		w.advance(25 * time.Hour)
		w.add(t, another)
		if err := w.RemoveEndpoint(t.Context(), as("c"), last.ID); !errors.Is(err, notice.ErrEndpointNotFound) {
			t.Errorf("another's: %v, want %v", err, notice.ErrEndpointNotFound)
		}
	})
}

func TestABrowserWithNewKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browse(t, "a")
		other := w.push.Browser(t).Subscription()
		other.Endpoint = b.Subscription().Endpoint
		w.add(t, notice.Address{Push: b.Subscription()})
		w.add(t, notice.Address{Push: other})
		w.add(t, notice.Address{Push: b.Subscription()})
		list, err := w.Endpoints(t.Context(), as("a"))
		if err != nil || len(list) != 1 || !list[0].Active {
			t.Errorf("endpoints are %+v, %v; want one", list, err)
		}
		w.tell(t, message("a", "key"))
		w.finish(t)
		if n := len(b.Got(t)); n != 1 {
			t.Errorf("%d pushes came, want 1", n)
		}
	})
}

func TestUnsubscribe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.reach(t, "a", notice.Address{Mail: mailbox})
		w.tell(t, message("a", "key"))
		w.finish(t)
		mails := w.smtp.Taken()
		_, after, _ := strings.Cut(strings.ReplaceAll(mails[len(mails)-1].Raw, "\r\n ", ""), "unsubscribe?token=")
		token, _, ok := strings.Cut(after, ">")
		if !ok {
			t.Fatal("the mail has no token")
		}
		must(t, "unsubscribe", w.Unsubscribe(t.Context(), token+"x"))
		must(t, "unsubscribe", w.Unsubscribe(t.Context(), ""))
		list, err := w.Endpoints(t.Context(), as("a"))
		if err != nil || !list[0].Active {
			t.Fatalf("a wrong token: %+v, %v", list, err)
		}
		for range 2 {
			must(t, "unsubscribe", w.Unsubscribe(t.Context(), token))
		}
		list, err = w.Endpoints(t.Context(), as("a"))
		if err != nil || list[0].Active || list[0].Dead != notice.Unsubscribed {
			t.Errorf("endpoints are %+v, %v", list, err)
		}
		w.tell(t, message("a", "another key"))
		w.finish(t)
		w.want(t, "")
		// Coming back takes a new code.
		e := w.add(t, notice.Address{Mail: mailbox})
		w.run(t)
		w.verify(t, e.ID, w.code(t, notice.Address{Mail: mailbox}), nil)
	})
}

func TestAddresses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		strict := w.another(t, func(d *notice.Deps) { d.Loopback = false })
		push := func(endpoint string) notice.Address {
			s := w.push.Browser(t).Subscription()
			s.Endpoint = endpoint
			return notice.Address{Push: s}
		}
		good := map[string]notice.Address{
			"J***@example.org":     {}, // filled in below
			"push.example.com":     push("https://push.example.com/x"),
			"8.8.8.8":              push("https://8.8.8.8/x"),
			"+886 *** *** 056":     {Phone: "+886 0912-000-056"},
			"+86 *** *** 002":      {Phone: "＋86 12000000002"},
			"o***@sub.example.org": {Mail: "o'neil+tax@Sub.EXAMPLE.org"},
		}
		delete(good, "J***@example.org")
		for masked, a := range good {
			e, err := strict.AddEndpoint(t.Context(), as("b"), a)
			if err != nil || e.Masked != masked {
				t.Errorf("%s: %+v, %v", masked, e, err)
			}
		}
		short := w.push.Browser(t).Subscription()
		short.Endpoint, short.Auth = "https://push.example.com/y", "AAAA"
		bad := []notice.Address{
			{}, {Mail: mailbox, Phone: phone}, {Push: short},
			push("http://push.example.com/x"), push("https://127.0.0.1/x"), push("https://[::1]/x"), push("https://localhost/x"),
			push("https://10.1.2.3/"), push("https://169.254.169.254/latest"), push("https://[fd00::1]/"), push("https://[::ffff:10.0.0.1]/"),
			push("https://metadata.internal/"), push("https://0x7f000001/"), push("https://2130706433/"), push("https://127.1/"), push("https://x@push.example.com/"),
			push("ftp://push.example.com/"), push("https:///x"), push("::"), push("https://push.example.com/" + strings.Repeat("x", 1000)),
			{Mail: "reader"}, {Mail: "reader@localhost"}, {Mail: "a@b@example.org"}, {Mail: "Reader <reader@example.org>"},
			{Mail: "reader@example.org\r\nBcc: other@example.org"}, {Mail: "讀者@example.org"}, {Mail: strings.Repeat("a", 250) + "@example.org"},
			{Mail: ".@example.org"}, {Mail: "@example.org"},
			{Phone: "0912345678"}, {Phone: "+8862345678"}, {Phone: "+85291234567"}, {Phone: "+8619"}, {Phone: "+886912345678; +8612000000001"}, {Phone: strings.Repeat("1", 100)},
		}
		for i, a := range bad {
			if _, err := strict.AddEndpoint(t.Context(), as("a"), a); !errors.Is(err, notice.ErrAddress) {
				t.Errorf("bad address %d: %v, want %v", i, err, notice.ErrAddress)
			}
		}
		without := w.another(t, func(d *notice.Deps) { d.Suppliers = nil })
		if _, err := without.AddEndpoint(t.Context(), as("a"), notice.Address{Mail: mailbox}); !errors.Is(err, notice.ErrAddress) {
			t.Errorf("without a supplier: %v, want %v", err, notice.ErrAddress)
		}
	})
}

func TestChoices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		of := func(topic notice.Topic) []notice.Channel {
			t.Helper()
			choices, err := w.Choices(t.Context(), as("a"))
			must(t, "read choices", err)
			for _, c := range choices {
				if c.Topic == topic {
					return c.Channels
				}
			}
			t.Fatalf("no choice for %s", topic)
			return nil
		}
		want := func(topic notice.Topic, channels ...notice.Channel) {
			t.Helper()
			if got := of(topic); !slices.Equal(got, channels) {
				t.Errorf("%s goes through %v, want %v", topic, got, channels)
			}
		}
		want(notice.Deadline, notice.Push, notice.Mail, notice.SMS)
		want(notice.Campaign, notice.Push)
		for _, c := range []notice.Choice{
			{Topic: "weather"},
			{Topic: notice.Campaign, Channels: []notice.Channel{notice.SMS}},
			{Topic: notice.Money, Channels: []notice.Channel{notice.Mail, notice.Mail}},
			{Topic: notice.Money, Channels: []notice.Channel{"pigeon"}},
		} {
			if err := w.Choose(t.Context(), as("a"), c); !errors.Is(err, notice.ErrTopic) {
				t.Errorf("%v: %v, want %v", c, err, notice.ErrTopic)
			}
		}
		w.join(t, "b", "a")
		for range 2 {
			must(t, "choose", w.Choose(t.Context(), as("b"), notice.Choice{Topic: notice.Deadline, Channels: []notice.Channel{notice.SMS, notice.Push}}))
		}
		must(t, "choose", w.Choose(t.Context(), as("a"), notice.Choice{Topic: notice.Campaign}))
		want(notice.Deadline, notice.SMS, notice.Push)
		want(notice.Campaign)
		w.join(t, "b", "b")
		want(notice.Deadline, notice.SMS, notice.Push)

		b := w.browse(t, "a")
		w.reach(t, "a", notice.Address{Phone: phone})
		off := message("a", "off")
		off.Topic = notice.Campaign
		w.tell(t, message("a", "key"), off)
		w.finish(t)
		if len(b.Got(t)) != 0 || len(w.box.Messages(phone)) != 2 {
			t.Errorf("%d pushes and %d messages came, want none and two", len(b.Got(t)), len(w.box.Messages(phone)))
		}
	})
}
