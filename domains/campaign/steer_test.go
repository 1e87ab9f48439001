package campaign_test

import (
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/campaign"
)

func TestThePaceIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(120)...)
		d := good()
		d.Pace = 60
		id := w.begin(d)
		for second := int64(0); w.get(id).State != campaign.Done; second++ {
			w.steps()
			got, most, least := w.get(id).Told, 60*(second+20)/60, min(60*second/60, 120)
			if got > most || got < least || second > 150 {
				t.Fatalf("after %d s %d are told, want %d to %d", second, got, least, most)
			}
			w.advance(time.Second)
		}
	})
}

func TestAPauseIsNotMadeUpFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.put(people(100)...)
		d := good()
		d.Pace = 60
		id := w.begin(d)
		w.steps()
		w.stands("at first", id, campaign.Running, 10, 0)
		for range 2 {
			c, err := w.Steer(ctx, approver, id, campaign.Pause, nil)
			if err != nil || c.State != campaign.Paused {
				t.Errorf("paused: %s, %v", c.State, err)
			}
		}
		w.advance(time.Hour)
		if w.step() != 0 {
			t.Error("what is paused goes on")
		}
		for range 2 {
			c, err := w.Steer(ctx, approver, id, campaign.Resume, nil)
			if err != nil || c.State != campaign.Running {
				t.Errorf("resumed: %s, %v", c.State, err)
			}
		}
		w.steps()
		w.stands("resumed", id, campaign.Running, 20, 0)
		// Nobody worked for an hour: ten seconds of it are made up for.
		w.advance(time.Hour)
		w.steps()
		w.stands("held up", id, campaign.Running, 40, 0)
		pace := int64(0)
		c, err := w.Steer(ctx, approver, id, campaign.Keep, &pace)
		w.must("change the pace", err)
		w.advance(10 * time.Second)
		w.steps()
		if c.Pace != 0 {
			t.Errorf("the pace is %d", c.Pace)
		}
		w.stands("as fast as it goes", id, campaign.Done, 100, 0)
	})
}

func TestWhatIsPausedBeforeItsTimeWaitsForIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.put(people(1)...)
		c, err := w.Approve(ctx, approver, w.draft(good()).ID, start.Add(time.Hour))
		w.must("approve", err)
		_, err = w.Steer(ctx, approver, c.ID, campaign.Pause, nil)
		w.must("pause", err)
		c, err = w.Steer(ctx, approver, c.ID, campaign.Resume, nil)
		if err != nil || c.State != campaign.Approved || !c.Started.Equal(start.Add(time.Hour)) || w.step() != 0 {
			t.Errorf("resumed: %+v, %v", c, err)
		}
		_, err = w.Steer(ctx, approver, c.ID, campaign.Pause, nil)
		w.must("pause", err)
		w.advance(2 * time.Hour)
		if w.step() != 0 {
			t.Error("what is paused begins")
		}
		_, err = w.Steer(ctx, approver, c.ID, campaign.Resume, nil)
		w.must("resume", err)
		w.steps()
		w.stands("resumed after its time", c.ID, campaign.Done, 1, 0)
	})
}

// TestSteering: from every state, what each way to steer does.
func TestSteering(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(30)...)
		refused := campaign.State("")
		for from, want := range map[campaign.State][4]campaign.State{ // keep, pause, resume, stop
			campaign.Drafted:  {refused, refused, refused, campaign.Stopped},
			campaign.Approved: {campaign.Approved, campaign.Paused, campaign.Approved, campaign.Stopped},
			campaign.Running:  {campaign.Running, campaign.Paused, campaign.Running, campaign.Stopped},
			campaign.Paused:   {campaign.Paused, campaign.Paused, campaign.Running, campaign.Stopped},
			campaign.Done:     {refused, refused, refused, refused},
			campaign.Stopped:  {refused, refused, refused, campaign.Stopped},
		} {
			for i, how := range []campaign.Steering{campaign.Keep, campaign.Pause, campaign.Resume, campaign.Stop} {
				id := w.bring(from)
				c, err := w.Steer(t.Context(), approver, id, how, nil)
				if want[i] == refused && !errors.Is(err, campaign.ErrState) || want[i] != refused && (err != nil || c.State != want[i]) {
					t.Errorf("%q of what is %s: %s, %v, want %q", how, from, c.State, err, want[i])
				}
				after := from
				if want[i] != refused {
					after = want[i]
				}
				if got := w.get(id); got.State != after || (after == campaign.Stopped) != (got.State == campaign.Stopped && !got.Ended.IsZero()) {
					t.Errorf("%q of what is %s leaves %+v", how, from, got)
				}
			}
		}
	})
}

// bring makes a campaign that stands there.
func (w *world) bring(state campaign.State) campaign.ID {
	w.t.Helper()
	d, later := good(), w.now().Add(1000*time.Hour)
	d.Pace = 6
	if state == campaign.Done {
		d.Pace = 0
	}
	id := w.draft(d).ID
	if state == campaign.Drafted {
		return id
	}
	if state != campaign.Approved {
		later = time.Time{}
	}
	_, err := w.Approve(w.t.Context(), approver, id, later)
	w.must("approve", err)
	w.step()
	if how, ok := map[campaign.State]campaign.Steering{campaign.Paused: campaign.Pause, campaign.Stopped: campaign.Stop}[state]; ok {
		_, err = w.Steer(w.t.Context(), approver, id, how, nil)
	}
	w.must("steer", err)
	if got := w.get(id).State; got != state {
		w.t.Fatalf("it is %s, want %s", got, state)
	}
	return id
}

func TestWhatIsStoppedStaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(30)...)
		id := w.bring(campaign.Stopped)
		told := w.get(id).Told
		_, err := w.Approve(t.Context(), approver, id, time.Time{})
		w.fails("approve what was stopped", err, campaign.ErrState)
		w.advance(time.Hour)
		if w.step() != 0 {
			t.Error("what was stopped goes on")
		}
		w.stands("later", id, campaign.Stopped, told, 0)
		pace := int64(-1)
		_, err = w.Steer(t.Context(), approver, w.bring(campaign.Running), campaign.Keep, &pace)
		w.fails("a pace below zero", err, campaign.ErrText)
	})
}
