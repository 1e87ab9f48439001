package staff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

func TestFirstPasswordOpensOnlyItsChange(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.create("one", actor.Accept)
		_, err := w.Verify(t.Context(), "one", o.password, w.code(o))
		fails(t, "sign in by the first password", err, staff.ErrExpired)
		_, err = w.Verify(t.Context(), "one", o.password, "000000")
		fails(t, "the first password without the code", err, staff.ErrWrong)
		fails(t, "keep it", w.ChangePassword(t.Context(), "one", o.password, w.code(o), o.password), staff.ErrUnchanged)
		// The code that was answered with "expired" is still good.
		must(t, "change it", w.ChangePassword(t.Context(), "one", o.password, w.code(o), "a long walk by the sea"))
		if w.ended.of(o.ID) != 1 {
			t.Error("the sessions go on")
		}
		_, err = w.Verify(t.Context(), "one", "a long walk by the sea", w.code(o))
		fails(t, "a code that changed the password", err, staff.ErrWrong)
		w.advance(30 * time.Second)
		got, err := w.Verify(t.Context(), "ONE", "a long walk by the sea", w.code(o))
		must(t, "sign in", err)
		if got.ID != o.ID {
			t.Error("somebody else signed in")
		}
	})
}

func TestVerify(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o, other := w.settled("one", actor.Accept), w.settled("two", actor.Accept)
		try := func(login, password, code string) error {
			_, err := w.Verify(t.Context(), login, password, code)
			return err
		}
		code := w.code(o)
		fails(t, "unknown login", try("nobody", o.password, code), staff.ErrWrong)
		fails(t, "no login", try("", o.password, code), staff.ErrWrong)
		fails(t, "huge login", try(strings.Repeat("a", 1<<20), o.password, code), staff.ErrWrong)
		fails(t, "wrong password", try("one", o.password+"x", code), staff.ErrWrong)
		fails(t, "huge password", try("one", strings.Repeat("a", 1<<20), code), staff.ErrWrong)
		fails(t, "no text", try("one", "\xff", code), staff.ErrWrong)
		fails(t, "another's code", try("one", o.password, w.code(other)), staff.ErrWrong)
		fails(t, "no code", try("one", o.password, ""), staff.ErrWrong)
		w.advance(61 * time.Second)
		fails(t, "an old code", try("one", o.password, code), staff.ErrWrong)
		code = w.code(o)
		w.advance(30 * time.Second)
		must(t, "the code before", try("one", o.password, fullWidth(code)))
		fails(t, "the same again", try("one", o.password, code), staff.ErrWrong)
		must(t, "the present one", try("one", o.password, w.code(o)))
		w.advance(-30 * time.Second)
		fails(t, "a step before the last", try("one", o.password, w.code(o)), staff.ErrWrong)
	})
}

// fullWidth writes digits as Chinese keyboards do.
func fullWidth(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
}

func TestACodeWorksOnceAtOnce(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.settled("one", actor.Accept)
		code := w.code(o)
		n := atOnce(t, 50, staff.ErrWrong, func(int) error {
			_, err := w.Verify(t.Context(), "one", o.password, code)
			return err
		})
		if n != 1 {
			t.Errorf("one code opened %d sessions", n)
		}
	})
}

// TestHashesGrow: a password that was hashed at a lower cost signs in, and is
// hashed anew on the way.
func TestHashesGrow(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.settled("one", actor.Accept)
		hash := func() string {
			return w.db.Client(t.Context()).Officer.GetX(t.Context(), string(o.ID)).PasswordHash
		}
		if !strings.HasPrefix(hash(), "$argon2id$v=19$m=64,t=1,p=1$") {
			t.Fatal("the hash is no PHC string of the cost that was set")
		}
		d := w.deps
		d.Cost = staff.Cost{Memory: 128, Time: 2, Threads: 1}
		stronger, err := staff.New(d)
		must(t, "another service", err)
		_, err = stronger.Verify(t.Context(), "one", o.password, w.code(o))
		must(t, "sign in", err)
		grown := hash()
		if !strings.HasPrefix(grown, "$argon2id$v=19$m=128,t=2,p=1$") {
			t.Error("the hash is as cheap as before")
		}
		w.advance(time.Minute)
		_, err = w.Verify(t.Context(), "one", o.password, w.code(o))
		must(t, "sign in where it costs less", err)
		if hash() != grown {
			t.Error("the hash was made cheaper")
		}
	})
}

func TestResetCredentials(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.settled("one", actor.Accept)
		before := w.ended.of(o.ID)
		c, err := w.ResetCredentials(t.Context(), w.admin, o.ID)
		must(t, "reset", err)
		if w.ended.of(o.ID) != before+1 {
			t.Error("the sessions go on")
		}
		_, err = w.Verify(t.Context(), "one", o.password, w.code(o))
		fails(t, "the old credentials", err, staff.ErrWrong)
		fresh := made{o.Officer, c.Password, secretOf(t, c)}
		_, err = w.Verify(t.Context(), "one", fresh.password, w.code(o))
		fails(t, "the old secret", err, staff.ErrWrong)
		_, err = w.Verify(t.Context(), "one", fresh.password, w.code(fresh))
		fails(t, "the new first password", err, staff.ErrExpired)
		_, err = w.ResetCredentials(t.Context(), w.admin, w.admin.Officer)
		fails(t, "the own", err, staff.ErrSelf)
	})
}

func TestNewPasswords(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.create("chen.yi-long-login", actor.Accept)
		for password, want := range map[string]error{
			"short":                      staff.ErrLength,
			strings.Repeat("ab", 101):    staff.ErrLength,
			"十一個字的密碼不夠長":                 staff.ErrLength,
			"\xff\xfeabcdefghijklmn":     staff.ErrLength,
			"Chen.Yi-Long-Login":         staff.ErrGuessable,
			"chen.yi-long-login123!":     staff.ErrGuessable,
			"Password2026!":              staff.ErrGuessable,
			"1qaz2wsx3edc":               staff.ErrGuessable,
			"aaaaaaaaaaaaaaa":            staff.ErrGuessable,
			"abc1abc1abc1abc1":           staff.ErrGuessable,
			"345678901234567":            staff.ErrGuessable,
			"987654321098":               staff.ErrGuessable,
			"ｐａｓｓｗｏｒｄ１２３４５":              staff.ErrGuessable,
			"administratoradministrator": staff.ErrGuessable,
		} {
			fails(t, "a new password", w.ChangePassword(t.Context(), o.Login, o.password, w.code(o), password), want)
		}
		// Full-width letters are the same password as plain ones.
		must(t, "change", w.ChangePassword(t.Context(), o.Login, o.password, w.code(o), "Ｗalking 海邊的長路 slowly"))
		w.advance(time.Minute)
		_, err := w.Verify(t.Context(), o.Login, "Walking 海邊的長路 slowly", w.code(o))
		must(t, "sign in", err)
	})
}

// TestNoPasswords: where officers sign in at the provider only, no password does.
func TestNoPasswords(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.settled("one", actor.Accept)
		d := w.deps
		d.NoPasswords = true
		s, err := staff.New(d)
		must(t, "another service", err)
		_, err = s.Verify(t.Context(), "one", o.password, w.code(o))
		fails(t, "sign in", err, staff.ErrWrong)
		_, _, err = s.Create(t.Context(), w.admin, staff.Account{Login: "x1", Name: "N", Office: "pt-hall", Duties: []actor.Duty{actor.Pay}})
		fails(t, "an account with a password", err, staff.ErrSubject)
	})
}
