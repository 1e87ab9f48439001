package notice_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// everywhere gives a a browser, a mailbox and a phone. One mail and one message
// with codes have come by then.
func (w *world) everywhere(t *testing.T) *witness {
	t.Helper()
	b := w.browse(t, "a")
	w.reach(t, "a", notice.Address{Mail: mailbox})
	w.reach(t, "a", notice.Address{Phone: phone})
	return &witness{w, func() int { return len(b.Got(t)) }}
}

// witness counts what came.
type witness struct {
	w      *world
	pushes func() int
}

func (x *witness) want(t *testing.T, pushes, mails, messages int) {
	t.Helper()
	gotMails, gotMessages := len(x.w.smtp.Taken())-1, len(x.w.box.Messages(phone))-1
	if got := x.pushes(); got != pushes || gotMails != mails || gotMessages != messages {
		t.Errorf("%d pushes, %d mails, %d messages came, want %d, %d, %d", got, gotMails, gotMessages, pushes, mails, messages)
	}
}

func TestTheFirstChannelThatWorks(t *testing.T) {
	tests := []struct {
		name                    string
		broken                  func(w *world)
		states                  string
		pushes, mails, messages int
	}{
		{"all work", func(*world) {}, "push sent", 1, 0, 0},
		{"push gone for good", func(w *world) { w.push.Behave(http.StatusGone) }, "push failed, mail sent", 0, 1, 0},
		{"push refuses this one", func(w *world) { w.push.Behave(http.StatusBadRequest) }, "push failed, mail sent", 0, 1, 0},
		{"push busy all the time", func(w *world) { w.push.Behave(http.StatusServiceUnavailable) }, "push failed, mail sent", 0, 1, 0},
		{"push breaks inside", func(w *world) { w.push.Behave(http.StatusInternalServerError) }, "push unknown, mail sent", 0, 1, 0},
		{"push takes and does not say so", func(w *world) { w.push.TakeUnsaid() }, "push unknown, mail sent", 1, 1, 0},
		{"mail bounces", func(w *world) {
			w.push.Behave(http.StatusNotFound)
			w.smtp.Behave(noticetest.RefuseRecipient("550 5.1.1 nobody"))
		}, "push failed, mail failed, sms sent", 0, 0, 1},
		{"mail server gone", func(w *world) { w.push.Behave(http.StatusGone); w.smtp.Close() }, "push failed, mail failed, sms sent", 0, 0, 1},
		{"mail takes and does not say so", func(w *world) {
			w.push.Behave(http.StatusGone)
			w.smtp.Behave(noticetest.TakeUnsaid)
		}, "push failed, mail unknown, sms sent", 0, 1, 1},
		{"all fail", func(w *world) {
			w.push.Behave(http.StatusGone)
			w.smtp.Behave(noticetest.RefuseRecipient("550 5.1.1 nobody"))
			w.box.SetFault(upstream.MessageGateway, sandbox.Gone, 0)
		}, "push failed, mail failed, sms unknown", 0, 0, 0},
		{"the gateway takes and does not say so for a while", func(w *world) {
			w.push.Behave(http.StatusGone)
			w.smtp.Behave(noticetest.RefuseRecipient("550 5.1.1 nobody"))
			w.box.SetFault(upstream.MessageGateway, sandbox.DoneUnsaid, 0)
		}, "push failed, mail failed, sms unknown", 0, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				x := w.everywhere(t)
				tt.broken(w)
				w.tell(t, message("a", "key"))
				w.finish(t)
				w.want(t, tt.states)
				x.want(t, tt.pushes, tt.mails, tt.messages)
			})
		})
	}
}

func TestWhatIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Service = w.another(t, func(d *notice.Deps) {
			d.Attach = func(_ context.Context, n notice.Notice) ([]byte, error) {
				return []byte("BEGIN:VCALENDAR " + n.About), nil
			}
		})
		b := w.browse(t, "a")
		w.reach(t, "a", notice.Address{Mail: mailbox})
		w.prefer.Language = "zh-Hant-TW"
		m := message("a", "key")
		m.Topic, m.Kind, m.Text = notice.Campaign, "campaign", &notice.Text{Title: "检查证件", Body: "请检查。", Language: "zh-Hans"}
		w.tell(t, m)
		w.finish(t)
		var got struct{ Tag, Title, Body, Language string }
		must(t, "read a push", json.Unmarshal(b.Got(t)[0], &got))
		if got.Title != "檢查证件" || got.Body != "请檢查。" || got.Language != "zh-Hant-TW" || got.Tag != string(w.list(t, "a").Notices[0].ID) {
			t.Errorf("the browser got %+v", got)
		}
		w.push.Behave(http.StatusGone)
		w.tell(t, message("a", "another key"))
		w.finish(t)
		raw := w.smtp.Taken()[1]
		read, err := mail.ReadMessage(strings.NewReader(raw.Raw))
		must(t, "read a mail", err)
		for name, want := range map[string]string{
			"Message-Id":            "<" + w.deliveryIDs(t)[2] + "@notices.example.org>",
			"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"To":                    "<" + mailbox + ">",
			"Auto-Submitted":        "auto-generated",
			"Subject":               "NOTICE_ALARM_TITLE Name=canary-argument",
		} {
			if got := read.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if raw.To != mailbox || !strings.Contains(raw.Raw, "text/calendar") || !strings.Contains(raw.Raw, "QkVHSU46VkNBTEVOREFS") {
			t.Errorf("the mail to %s lacks its file", raw.To)
		}
	})
}

// TestKilled: a process that dies before or after the sending leaves a delivery
// whose outcome is unknown. Nothing goes to the same endpoint again, but for a
// message under its key.
func TestKilled(t *testing.T) {
	died := errors.New("died")
	tests := []struct {
		name    string
		address notice.Address
		moment  string
		states  string
		came    int
	}{
		{"push, before", notice.Address{}, notice.AfterCommit, "push unknown", 0},
		{"push, after", notice.Address{}, notice.AfterSend, "push unknown", 1},
		{"mail, before", notice.Address{Mail: mailbox}, notice.AfterCommit, "mail unknown", 0},
		{"mail, after", notice.Address{Mail: mailbox}, notice.AfterSend, "mail unknown", 1},
		{"message, before", notice.Address{Phone: phone}, notice.AfterCommit, "sms sent", 1},
		{"message, after", notice.Address{Phone: phone}, notice.AfterSend, "sms sent", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				came := func() int { return len(w.smtp.Taken()) + len(w.box.Messages(phone)) - 1 }
				if tt.address == (notice.Address{}) {
					b := w.browse(t, "a")
					came = func() int { return len(b.Got(t)) }
				} else {
					w.reach(t, "a", tt.address)
				}
				w.tell(t, message("a", "key"))
				kills := 0
				w.EndAt(func(moment string) error {
					if moment == tt.moment && kills == 0 {
						kills++
						return died
					}
					return nil
				})
				if failed := w.run(t); len(failed) != 1 || !errors.Is(failed[0], died) {
					t.Fatalf("the first run ended with %v", failed)
				}
				// The queue finds out and begins again, twice over.
				id := w.list(t, "a").Notices[0].ID
				w.ask(t, id)
				w.finish(t)
				w.ask(t, id)
				w.finish(t)
				w.want(t, tt.states)
				if got := came(); got != tt.came {
					t.Errorf("%d came, want %d", got, tt.came)
				}
			})
		})
	}
}

// TestClockPutBack: a process dies while its clock is a year ahead. Once the clock
// is right, the next channel follows as soon as ever, and nothing comes twice.
func TestClockPutBack(t *testing.T) {
	const year = 365 * 24 * time.Hour
	died := errors.New("died")
	for _, moment := range []string{notice.AfterCommit, notice.AfterSend} {
		t.Run(moment, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				x := w.everywhere(t)
				w.tell(t, message("a", "key"))
				w.advance(year)
				w.EndAt(func(at string) error {
					if at == moment {
						return died
					}
					return nil
				})
				if failed := w.run(t); len(failed) != 1 || !errors.Is(failed[0], died) {
					t.Fatalf("the first run ended with %v", failed)
				}
				w.EndAt(nil)
				w.advance(-year)
				begun := w.now()
				w.ask(t, w.list(t, "a").Notices[0].ID)
				w.finish(t)
				w.want(t, "push unknown, mail sent")
				if took := w.now().Sub(begun); took > 15*time.Minute {
					t.Errorf("the mail left after %s", took)
				}
				if n := x.pushes(); n > 1 {
					t.Errorf("%d pushes came", n)
				}
			})
		})
	}
}

// ask has a notice delivered again.
func (w *world) ask(t *testing.T, id notice.ID) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		return w.queue.Enqueue(ctx, work.Job{Kind: notice.DeliverWork, ID: string(id)})
	})
}

// TestTwoDeliverAtOnce: while one is under way, another waits, and nothing is
// sent twice.
func TestTwoDeliverAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browse(t, "a")
		w.tell(t, message("a", "key"))
		id := string(w.list(t, "a").Notices[0].ID)
		other := w.another(t, nil)
		looked := false
		w.EndAt(func(moment string) error {
			if moment == notice.AfterCommit {
				looked = true
				if _, later := work.Pause(other.Deliver(t.Context(), id)); !later {
					t.Error("the other does not wait")
				}
			}
			return nil
		})
		must(t, "deliver", w.Deliver(t.Context(), id))
		must(t, "deliver again", other.Deliver(t.Context(), id))
		if n := len(b.Got(t)); n != 1 || !looked {
			t.Errorf("%d pushes came, want 1", n)
		}
	})
}

// TestNobodyIsToldTwiceForACampaign: what is unknown of a campaign ends there.
func TestNobodyIsToldTwiceForACampaign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.everywhere(t)
		must(t, "choose", w.Choose(t.Context(), as("a"), notice.Choice{Topic: notice.Campaign, Channels: []notice.Channel{notice.Push, notice.Mail}}))
		w.push.TakeUnsaid()
		m := message("a", "key")
		m.Topic = notice.Campaign
		w.tell(t, m)
		w.finish(t)
		w.want(t, "push unknown")
		x.want(t, 1, 0, 0)
	})
}

// TestReadEndsDelivery: who has read a notice in the app is not told elsewhere.
func TestReadEndsDelivery(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.everywhere(t)
		w.push.TakeUnsaid()
		w.tell(t, message("a", "key"))
		w.run(t)
		_, err := w.MarkRead(t.Context(), as("a"), []notice.ID{w.list(t, "a").Notices[0].ID})
		must(t, "read", err)
		w.finish(t)
		w.want(t, "push unknown")
		x.want(t, 1, 0, 0)
	})
}

// TestEveryBrowserAndOneAddress: a push goes to all browsers, a mail to the newest
// address, and once to an address that two documents know.
func TestEveryBrowserAndOneAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two, three := w.browse(t, "a"), w.browse(t, "a"), w.browse(t, "b")
		_, err := w.AddEndpoint(t.Context(), as("b"), notice.Address{Push: one.Subscription()})
		must(t, "add", err)
		w.join(t, "b", "a")
		w.tell(t, message("a", "key"))
		w.finish(t)
		for i, b := range []interface{ Got(testing.TB) [][]byte }{one, two, three} {
			if n := len(b.Got(t)); n != 1 {
				t.Errorf("browser %d got %d, want 1", i, n)
			}
		}
	})
}

// TestDeadEndpoints are switched off, and tell why.
func TestDeadEndpoints(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.everywhere(t)
		w.push.Behave(http.StatusGone)
		w.smtp.Behave(noticetest.RefuseRecipient("550 5.1.1 nobody"))
		w.tell(t, message("a", "key"))
		w.finish(t)
		list, err := w.Endpoints(t.Context(), as("a"))
		must(t, "list", err)
		if list[0].Active || list[0].Dead != notice.Gone || list[1].Active || list[1].Dead != notice.Bounced || !list[2].Active {
			t.Errorf("endpoints are %+v", list)
		}
		tries := w.push.Tries()
		w.tell(t, message("a", "another key"))
		w.finish(t)
		w.want(t, "sms sent")
		if w.push.Tries() != tries {
			t.Error("a dead browser was tried again")
		}
	})
}

// TestTenFailuresInARow switch an endpoint off; one success in between begins
// the count anew.
func TestTenFailuresInARow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.browse(t, "a")
		tell := func(status, times int) {
			w.push.Behave(status)
			for range times {
				w.tell(t, message("a", w.newID()))
				w.finish(t)
			}
		}
		active := func() bool {
			list, err := w.Endpoints(t.Context(), as("a"))
			must(t, "list", err)
			return list[0].Active
		}
		tell(http.StatusBadRequest, 9)
		tell(0, 1)
		tell(http.StatusBadRequest, 9)
		if !active() {
			t.Fatal("off too early")
		}
		tell(http.StatusBadRequest, 1)
		if active() {
			t.Error("still on after ten failures in a row")
		}
	})
}

// TestOneSupplierHangs: letters to it end in time and are unknown, and soon it is
// left alone; the others go on.
func TestOneSupplierHangs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Service = w.another(t, func(d *notice.Deps) { d.SendLimit = 100 * time.Millisecond })
		for _, id := range []actor.DocumentID{"a", "b", "c", "d"} {
			w.browse(t, id)
		}
		w.reach(t, "a", notice.Address{Mail: mailbox})
		w.push.Hang()
		for i := range 12 {
			w.tell(t, message(actor.DocumentID("abcd"[i%4:i%4+1]), fmt.Sprint("key-", i)))
		}
		w.run(t)
		if n := w.push.Tries(); n > 10 {
			t.Errorf("a hanging push service was tried %d times", n)
		}
		w.finish(t)
		if n := len(w.smtp.Taken()) - 1; n != 3 {
			t.Errorf("%d mails came to a, want 3", n)
		}
	})
}

// TestTheCallerLeaves: that the process is stopped while a letter is out leaves
// it unknown, not under way.
func TestTheCallerLeaves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.browse(t, "a")
		w.push.Hang()
		w.tell(t, message("a", "key"))
		ctx, cancel := context.WithCancel(t.Context())
		w.EndAt(func(moment string) error {
			if moment == notice.AfterCommit {
				cancel()
			}
			return nil
		})
		if err := w.Deliver(ctx, string(w.list(t, "a").Notices[0].ID)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		if got := w.states(t, "a"); got != "push queued" && got != "push unknown" {
			t.Errorf("the delivery is %q", got)
		}
	})
}

func TestReceipts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.everywhere(t)
		w.push.Behave(http.StatusGone)
		w.tell(t, message("a", "key"))
		w.finish(t)
		w.want(t, "push failed, mail sent")
		mailed := w.deliveryIDs(t)[1]
		for range 2 {
			must(t, "note a bounce", w.ReturnedMail(t.Context(), mailed, true))
			w.finish(t)
		}
		w.want(t, "push failed, mail failed, sms sent")
		x.want(t, 0, 1, 1)
		for range 2 {
			must(t, "note a receipt", w.Arrived(t.Context(), w.deliveryIDs(t)[2]))
		}
		w.want(t, "push failed, mail failed, sms delivered")
		must(t, "note a stranger's bounce", w.ReturnedMail(t.Context(), "nowhere", true))
		list, err := w.Endpoints(t.Context(), as("a"))
		if err != nil || list[1].Dead != notice.Bounced {
			t.Errorf("endpoints are %+v, %v", list, err)
		}
	})
}
