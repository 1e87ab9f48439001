// Command minzhengtong is the whole program: the server and its jobs, and the
// tools of whoever runs them.
//
// Without arguments it serves on an embedded database with synthetic people and
// sandbox authorities, which needs nothing but this binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is every command with its settings.
type cli struct {
	Config kong.ConfigFlag `help:"Read settings from a YAML file. Flags and the environment come first." placeholder:"FILE"`
	Settings

	Serve    serveCommand    `cmd:"" default:"withargs" help:"Serve until interrupted. The default."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database to this program's version."`
	Import   importCommand   `cmd:"" help:"Import a register's CSV file."`
	Demo     demoCommand     `cmd:"" help:"Work with synthetic people."`
	Keys     keysCommand     `cmd:"" help:"Look after the encryption keys."`
	Staff    staffCommand    `cmd:"" help:"Give officers and systems access."`
	Audit    auditCommand    `cmd:"" help:"Verify the audit log."`
	Jobs     jobsCommand     `cmd:"" help:"Look after the timetable and work that was given up."`
	Calendar calendarCommand `cmd:"" help:"Import official holidays and filing deadlines."`
	Subsidy  subsidyCommand  `cmd:"" help:"Decide subsidies that nobody has to apply for."`
	Rules    rulesCommand    `cmd:"" help:"Check rules of law in files."`
	I18n     i18nCommand     `cmd:"" name:"i18n" help:"Look after the texts of a source tree, and their translations."`
	Verify   verifyCommand   `cmd:"" help:"Say what a licence is worth, from files alone."`
	Show     showCommand     `cmd:"" name:"settings" help:"Print every setting with its default, its source and its meaning."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program with its surroundings handed in. It returns the exit code:
// 0, 1 for what failed, 2 for a wrong command line or setting.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	code := -1
	parser, err := kong.New(&c,
		kong.Name("minzhengtong"),
		kong.Description("Minzhengtong (閩政通): one person, two documents, one file."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Configuration(readConfig), kong.DefaultEnvars(envPrefix),
		kong.Writers(stdout, stderr), kong.Exit(func(n int) { code = n }))
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "minzhengtong:", err)
		return 2
	}
	if err := checkEnvironment(parser.Model, os.Environ()); err != nil {
		_, _ = fmt.Fprintln(stderr, "minzhengtong:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if code >= 0 {
		return code
	}
	if err == nil {
		err = c.check()
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "minzhengtong:", err)
		return 2
	}
	command.BindTo(ctx, (*context.Context)(nil))
	err = command.Run(&c.Settings, &terminal{out: stdout, err: stderr}, parser)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(stderr, "minzhengtong: interrupted:", err)
	default:
		_, _ = fmt.Fprintln(stderr, "minzhengtong:", err)
	}
	return 1
}

// terminal is where a command talks to whoever started it.
type terminal struct{ out, err io.Writer }

// printf writes to whoever reads. Nobody can be told when that fails.
func (t *terminal) printf(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format, args...) }
