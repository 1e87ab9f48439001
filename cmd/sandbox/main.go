// Command sandbox plays the authorities for a synthetic population, so that the
// house can be tried without any real register. It serves Connect, gRPC and
// gRPC-Web on one port, over HTTP/1.1 and cleartext HTTP/2. Run it on loopback.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

const (
	headerTimeout = 5 * time.Second
	stopTimeout   = 10 * time.Second
)

// flags are read from the command line or from the environment.
type flags struct {
	Listen string `help:"Address to serve on." default:"127.0.0.1:8090" env:"MINZHENGTONG_SANDBOX_LISTEN"`
	People int    `help:"How many synthetic people there are." default:"${people}" env:"MINZHENGTONG_SANDBOX_PEOPLE"`
	Firms  int    `help:"How many synthetic firms there are." default:"${firms}" env:"MINZHENGTONG_SANDBOX_FIRMS"`
	Seed   uint64 `help:"Which population; give the house's import the same." default:"1" env:"MINZHENGTONG_SANDBOX_SEED"`
	Token  string `help:"Bearer token that the authorities ask for. The default is for synthetic people only." default:"sandbox" env:"MINZHENGTONG_SANDBOX_TOKEN"`
}

// Validate refuses a population that the number ranges cannot hold; kong calls
// it.
func (f flags) Validate() error {
	if f.People < 1 || f.People > synthetic.MaxPeople {
		return fmt.Errorf("--people is %d, want 1 to %d", f.People, synthetic.MaxPeople)
	}
	if f.Firms < 1 || f.Firms > synthetic.MaxFirms {
		return fmt.Errorf("--firms is %d, want 1 to %d", f.Firms, synthetic.MaxFirms)
	}
	if f.Token == "" {
		return errors.New("--token is empty, so that nobody could call")
	}
	return nil
}

func main() {
	var f flags
	kong.Parse(&f, options()...)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, f, os.Stderr)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

func options() []kong.Option {
	return []kong.Option{
		kong.Name("sandbox"),
		kong.Description("Plays exit-entry, police, the national link check, the short message gateway, the tax bureau, the Taiwan-affairs department " +
			"and the payment gateway for a synthetic population. " +
			"SandboxService on the same port breaks them on demand and shows the messages that phones received."),
		kong.Vars{"people": fmt.Sprint(synthetic.DefaultPeople), "firms": fmt.Sprint(synthetic.DefaultFirms)},
	}
}

// run serves until the context ends, then lets calls under way finish.
func run(ctx context.Context, f flags, out io.Writer) error {
	log := slog.New(slog.NewTextHandler(out, nil))
	pop := synthetic.New(synthetic.Options{Seed: f.Seed, People: f.People, Firms: f.Firms})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return err
	}
	box := sandbox.New(pop, time.Now, f.Token, log)
	server := &http.Server{
		Handler:           box,
		Protocols:         protocols(),
		ReadHeaderTimeout: headerTimeout,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.Info("sandbox serves", "address", listener.Addr().String(), "people", pop.People(), "firms", pop.Firms(), "seed", f.Seed,
		"payment_key", base64.StdEncoding.EncodeToString(box.PaymentKey()))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	return stop(server, ended)
}

// stop waits for calls under way, and drops those that an authority told to be
// slow still holds.
func stop(server *http.Server, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		if err := server.Close(); err != nil {
			return fmt.Errorf("stop: %w", err)
		}
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func protocols() *http.Protocols {
	p := &http.Protocols{}
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return p
}
