package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// envPrefix begins the name of every environment variable that is a setting.
const envPrefix = "MINZHENGTONG"

// Settings are shared by all commands. Each can be given as a flag, in the
// environment, or in the file of --config, in this order of precedence.
type Settings struct {
	Data        string `help:"Folder of keys, database and demo files. Created if missing." default:"data" type:"path"`
	Database    string `help:"sqlite:PATH or postgres://user:password@host/name. Empty: a SQLite file in the data folder." placeholder:"URL"`
	Vault       string `help:"Database of the persons' data keys: sqlite:PATH or postgres://…, where it is a schema of its own. Back it up apart and for a short time. Empty: a SQLite file in the data folder, or beside a PostgreSQL database." placeholder:"URL"`
	Anchor      string `help:"File outside the database that makes the audit log tamper-evident. Empty: in the data folder." type:"path" default:""`
	Connections int    `help:"Most database connections at once. 0: what fits the database." default:"0"`
	LogFormat   string `help:"text or json." enum:"text,json" default:"text"`
	LogLevel    string `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`

	UpstreamURL   string        `name:"upstream-url" help:"Where the authorities' gateways are. Empty: sandbox authorities inside this process." placeholder:"URL"`
	UpstreamToken string        `help:"Credential for the gateways. Better in the environment or the file than on the command line." placeholder:"TOKEN"`
	UpstreamLimit time.Duration `help:"How long an authority may take to answer, retries included." default:"3s"`

	Issuer          string `help:"Address that licences name as their issuer and that their QR codes lead to, as scheme://host. Keep it for good: whoever verifies a licence far away finds keys and status lists there." default:"http://localhost:8080" placeholder:"URL"`
	CredentialSuite string `help:"Signatures of licences: es256, or sm2 for the national algorithms." enum:"es256,sm2" default:"es256"`

	People int    `help:"Synthetic people, when the authorities are the sandbox." default:"14462"`
	Firms  int    `help:"Synthetic firms, when the authorities are the sandbox." default:"568"`
	Seed   uint64 `help:"Which synthetic population." default:"1"`
}

// check joins every mistake in the settings into one error that names them.
func (s *Settings) check() error {
	var mistakes []error
	if s.UpstreamURL != "" {
		if u, err := url.Parse(s.UpstreamURL); err != nil || !isHTTP(u) {
			mistakes = append(mistakes, errors.New("upstream-url: want http:// or https:// and a host"))
		}
		if s.UpstreamToken == "" {
			mistakes = append(mistakes, errors.New("upstream-token: needed with upstream-url"))
		}
	}
	for name, address := range map[string]string{"database": s.databaseURL(), "vault": s.vaultURL()} {
		if scheme, _, _ := strings.Cut(address, ":"); !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme) {
			mistakes = append(mistakes, errors.New(name+": want sqlite:PATH or postgres://user:password@host/name"))
		}
	}
	if u, err := url.Parse(s.Issuer); err != nil || !isHTTP(u) || u.Scheme+"://"+u.Host != s.Issuer {
		mistakes = append(mistakes, fmt.Errorf("issuer: want scheme://host, got %q", s.Issuer))
	}
	if s.People < 1 || s.People > synthetic.MaxPeople {
		mistakes = append(mistakes, fmt.Errorf("people: want 1 to %d, got %d", synthetic.MaxPeople, s.People))
	}
	if s.Firms < 1 || s.Firms > synthetic.MaxFirms {
		mistakes = append(mistakes, fmt.Errorf("firms: want 1 to %d, got %d", synthetic.MaxFirms, s.Firms))
	}
	if s.Connections < 0 {
		mistakes = append(mistakes, fmt.Errorf("connections: want 0 or more, got %d", s.Connections))
	}
	if s.UpstreamLimit <= 0 {
		mistakes = append(mistakes, fmt.Errorf("upstream-limit: want more than 0, got %s", s.UpstreamLimit))
	}
	return errors.Join(mistakes...)
}

// isHTTP reports whether a URL leads to a server of the web.
func isHTTP(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// sandboxed reports whether the authorities are simulated in this process.
func (s *Settings) sandboxed() bool { return s.UpstreamURL == "" }

// databaseURL is where the database is.
func (s *Settings) databaseURL() string {
	if s.Database != "" {
		return s.Database
	}
	return "sqlite:" + filepath.Join(s.Data, "minzhengtong.db")
}

// vaultURL is where the persons' data keys are.
func (s *Settings) vaultURL() string {
	switch {
	case s.Vault != "":
		return s.Vault
	case strings.HasPrefix(s.databaseURL(), "sqlite:"):
		return "sqlite:" + filepath.Join(s.Data, "vault.db")
	}
	return s.databaseURL()
}

// anchorPath is where the audit log is anchored.
func (s *Settings) anchorPath() string {
	if s.Anchor != "" {
		return s.Anchor
	}
	return filepath.Join(s.Data, "audit-anchor")
}

// logger writes as the settings say.
func (s *Settings) logger(to io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo // the enum of the flag allows nothing else
	}
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}

// checkAddress fails unless text is host:port.
func checkAddress(name, text string) error {
	if _, _, err := net.SplitHostPort(text); err != nil {
		return fmt.Errorf("%s: want host:port, got %q", name, text)
	}
	return nil
}

// readConfig reads a settings file: YAML, one setting a line, named as the flag.
// A name that is no setting is an error.
func readConfig(r io.Reader) (kong.Resolver, error) {
	values := map[string]yaml.Node{}
	err := yaml.NewDecoder(r).Decode(&values)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return fileSettings(values), nil
}

// fileSettings resolves flags from a settings file.
type fileSettings map[string]yaml.Node

// Validate implements [kong.Resolver].
func (f fileSettings) Validate(app *kong.Application) error {
	known := flagNames(app)
	var mistakes []error
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(known, name) {
			mistakes = append(mistakes, fmt.Errorf("settings file, line %d: there is no setting %q; see `minzhengtong settings`", f[name].Line, name))
		}
	}
	return errors.Join(mistakes...)
}

// Resolve implements [kong.Resolver]. kong would let the file overrule the
// environment. A value that is empty as the default is leaves the setting alone.
func (f fileSettings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := f[flag.Name]
	if !ok || slices.ContainsFunc(flag.Tag.Envs, isSet) {
		return nil, nil //nolint:nilnil // kong's way of saying: not here
	}
	switch value.Kind {
	case yaml.ScalarNode:
		if value.Value == "" && flag.Default == "" {
			return nil, nil //nolint:nilnil // likewise
		}
		return value.Value, nil
	case yaml.SequenceNode:
		var list []string
		if err := value.Decode(&list); err == nil {
			return strings.Join(list, ","), nil
		}
	default:
	}
	return nil, fmt.Errorf("settings file, line %d: %s: want a value or a list of values", value.Line, flag.Name)
}

// isSet reports whether an environment variable is there, were it empty.
func isSet(name string) bool {
	_, ok := os.LookupEnv(name)
	return ok
}

// flagNames are the names of all settings of all commands.
func flagNames(app *kong.Application) []string {
	var names []string
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && flag.Name != "help" && flag.Name != "config" {
			names = append(names, flag.Name)
		}
		return next(nil)
	})
	return names
}

// checkEnvironment fails with every variable that looks like a setting of ours
// and is none.
func checkEnvironment(app *kong.Application, environ []string) error {
	known := map[string]bool{envPrefix + "_CONFIG": true}
	for _, name := range flagNames(app) {
		known[envName(name)] = true
	}
	var mistakes []error
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		ours := strings.HasPrefix(name, envPrefix+"_") && !strings.HasPrefix(name, envPrefix+"_TEST_")
		if ours && !known[name] {
			mistakes = append(mistakes, fmt.Errorf("environment: %s is no setting; see `minzhengtong settings`", name))
		}
	}
	return errors.Join(mistakes...)
}

// envName is the environment variable of a setting.
func envName(flag string) string {
	return envPrefix + "_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// showCommand prints the settings.
type showCommand struct{}

// Run prints every setting: name, environment variable, default, meaning.
func (showCommand) Run(t *terminal, parser *kong.Kong) error {
	t.printf("# Every setting as a flag, an environment variable, or a line of a YAML file\n# (--config FILE, %s). This is such a file.\n", envName("config"))
	seen := map[string]bool{}
	return kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		flag, ok := node.(*kong.Flag)
		if ok && flag.Name != "help" && flag.Name != "config" && !seen[flag.Name] {
			seen[flag.Name] = true
			value := flag.Default
			if value == "" {
				value = `""`
			}
			t.printf("\n# %s\n#   --%s, %s\n%s: %s\n", flag.Help, flag.Name, envName(flag.Name), flag.Name, value)
		}
		return next(nil)
	})
}

// makeData creates the data folder for its owner alone.
func (s *Settings) makeData() error {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("data: %w; choose another folder with --data", err)
	}
	return nil
}
