//go:build unix

package house_test

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// crew is two processes that compete. mu guards what follows it.
type crew struct {
	t      *testing.T
	site   string // as JSON
	random *rand.Rand
	later  sync.WaitGroup // kills that are to come
	turn   sync.Mutex     // one is killed after the other

	mu     sync.Mutex
	over   bool // nobody is started any more
	pair   [2]*process
	kills  int
	ambush int // kills that wait for a letter to leave
	lines  map[string]int
	errors []string
}

// process is one child.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	read  sync.WaitGroup
}

// newCrew starts both. They end with the test.
func newCrew(t *testing.T, s site, random *rand.Rand) *crew {
	t.Helper()
	raw, err := json.Marshal(s)
	must(t, "write the site", err)
	c := &crew{t: t, site: string(raw), random: random, lines: map[string]int{}}
	t.Cleanup(func() {
		c.later.Wait()
		c.turn.Lock()
		defer c.turn.Unlock()
		c.mu.Lock()
		c.over = true
		c.mu.Unlock()
		for _, p := range c.pair {
			p.kill()
		}
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.pair {
		c.start(i)
	}
	return c
}

// start starts a process. The caller holds mu.
func (c *crew) start(i int) {
	if c.over {
		return
	}
	p := &process{cmd: exec.Command(os.Args[0])}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), siteVariable+"="+c.site), os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		p.stdin, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		c.t.Errorf("start a process: %v", err)
		return
	}
	p.read.Go(func() { c.listen(out) })
	c.pair[i] = p
}

// kill ends a process at once, as if the machine had lost power.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be dead
	p.read.Wait()
	_ = p.cmd.Wait() // it was killed
	_ = p.stdin.Close()
}

// listen reads what a process logs: which planned times begin, and what fails.
func (c *crew) listen(out io.Reader) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var l struct{ Level, Msg, Job, Why string }
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue
		}
		c.mu.Lock()
		switch {
		case l.Msg == "job begins" && strings.HasPrefix(l.Why, "planned for "):
			c.lines[l.Job+" "+l.Why]++
		case l.Level == slog.LevelError.String():
			c.errors = append(c.errors, lines.Text())
		}
		c.mu.Unlock()
	}
}

// killOne kills one of the two and starts it again. The other one works on.
func (c *crew) killOne(i int) {
	c.turn.Lock()
	defer c.turn.Unlock()
	c.mu.Lock()
	p := c.pair[i]
	over := c.over
	c.mu.Unlock()
	if over {
		return
	}
	p.kill()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kills++
	c.start(i)
}

// killSoon kills one of the two within a quarter of a second, or when the next letter
// leaves.
func (c *crew) killSoon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.random.IntN(3) == 0 {
		c.ambush++
		return
	}
	i, wait := c.random.IntN(2), time.Duration(c.random.IntN(250))*time.Millisecond
	c.later.Go(func() {
		time.Sleep(wait) // a random moment
		c.killOne(i)
	})
}

// letter is called when a supplier has a letter and has not said so yet.
func (c *crew) letter() {
	c.mu.Lock()
	strike := c.ambush > 0
	if strike {
		c.ambush--
	}
	i := c.random.IntN(2)
	c.mu.Unlock()
	if strike {
		c.killOne(i)
	}
}

// stop has a process sleep, and returns what wakes it. It sleeps once stop returns, and
// not a moment later with a lock that nobody saw.
func (c *crew) stop(i int) (wake func()) {
	c.mu.Lock()
	p := c.pair[i]
	c.mu.Unlock()
	if p.cmd.Process.Signal(syscall.SIGSTOP) == nil {
		var status syscall.WaitStatus
		_, _ = syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil) // it may have been killed
	}
	return func() { _ = p.cmd.Process.Signal(syscall.SIGCONT) } // it may have been killed
}

// killed is how many were.
func (c *crew) killed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kills
}

// calm has all kills happen that are to come, also those for which no letter came.
func (c *crew) calm() {
	c.mu.Lock()
	rest := c.ambush
	c.ambush = 0
	c.mu.Unlock()
	for i := range rest {
		c.killOne(i % 2)
	}
	c.later.Wait()
}

// planned is how often each planned time of a line with a leader began.
func (c *crew) planned() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.lines)
}

// said is the last errors that the processes logged.
func (c *crew) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.errors[max(0, len(c.errors)-10):], "\n")
}
