// Command lantoa is the whole of Lan tỏa in one binary. `lantoa help` lists its verbs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/hoiphunu/lantoa"
	"github.com/spf13/pflag"
)

// A verb is one thing the command line can do.
type verb struct {
	name    string
	short   string
	usage   string
	example string
	flags   func(*pflag.FlagSet)
	run     func(ctx context.Context, c *call) error
}

// A call is one run of a verb: its flags, the words after them, and where to print.
type call struct {
	flags    *pflag.FlagSet
	args     []string
	settings Settings
	out      io.Writer
	err      io.Writer
}

func verbs() []verb {
	return []verb{
		demoVerb, serveVerb, sandboxVerb, collectVerb, importVerb, searchVerb, storiesVerb, digestVerb, exportVerb,
		reindexVerb, mailVerb, doctorVerb, userVerb, inviteVerb, versionVerb,
	}
}

func main() {
	syscall.Umask(0o077) // what we write is for us alone: posts, sessions, sealed tokens
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the program at once
	}()
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries out one command line and returns its exit status: 0 done, 1 failed, 2 wrong usage.
func run(ctx context.Context, args, environ []string, out, errs io.Writer) int {
	err := dispatch(ctx, args, environ, out, errs)
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, pflag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(errs, "lantoa:", usage.text)
		return 2
	case errors.Is(err, errPartly):
		return 1
	}
	fmt.Fprintln(errs, "lantoa:", sentence(err))
	return 1
}

func dispatch(ctx context.Context, args, environ []string, out, errs io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		printHelp(out)
		if len(args) == 0 {
			return wrongUsage("cần một động từ; xem danh sách ở trên")
		}
		return nil
	}
	var v *verb
	var names []string
	for _, known := range verbs() {
		names = append(names, known.name)
		if known.name == args[0] {
			v = &known
			break
		}
	}
	if v == nil {
		printHelp(errs)
		return wrongUsage("không có động từ %q%s (lantoa help liệt kê tất cả)", args[0], perhaps(args[0], names))
	}
	fs := newFlags(*v, out)
	if err := fs.Parse(args[1:]); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return err
		}
		return wrongUsage("%s\nCách dùng: lantoa %s", badFlag(err, fs), v.usage)
	}
	set, err := readSettings(fs, environ)
	if err != nil {
		return err
	}
	return v.run(ctx, &call{flags: fs, args: fs.Args(), settings: set, out: out, err: errs})
}

// badFlag says in words what is wrong with a flag.
func badFlag(err error, fs *pflag.FlagSet) string {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		fs.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return fmt.Sprintf("không có cờ --%s%s", unknown.GetSpecifiedName(), perhaps(unknown.GetSpecifiedName(), names))
	}
	var wrong *pflag.InvalidValueError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("cờ --%s không nhận giá trị %q", wrong.GetFlag().Name, wrong.GetValue())
	}
	var missing *pflag.ValueRequiredError
	if errors.As(err, &missing) {
		return fmt.Sprintf("cờ --%s cần một giá trị", missing.GetSpecifiedName())
	}
	return err.Error()
}

// newFlags are the flags of a verb and of all settings.
func newFlags(v verb, out io.Writer) *pflag.FlagSet {
	fs := pflag.NewFlagSet("lantoa "+v.name, pflag.ContinueOnError)
	fs.SetOutput(out)
	fs.SortFlags = false
	if v.flags != nil {
		v.flags(fs)
	}
	addSettingFlags(fs)
	fs.Usage = func() {
		fmt.Fprintf(out, "%s\n\nCách dùng: lantoa %s\nVí dụ:     %s\n\n%s", v.short, v.usage, v.example, fs.FlagUsages())
	}
	return fs
}

func printHelp(out io.Writer) {
	fmt.Fprint(out, "Lan tỏa: nghe các trang và nhóm của Hội, tìm câu chuyện hay, giúp lan tỏa.\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(out, "  lantoa %-9s %s\n", v.name, v.short)
	}
	fmt.Fprint(out, "\nMỗi động từ có --help với một ví dụ.\n")
}

type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// wrongUsage is an error of the person who typed: exit status 2.
func wrongUsage(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// errPartly says that some of the work failed and was already reported: exit status 1 without more words.
var errPartly = errors.New("một phần không thành công")

// sentence is an error as the operator reads it: what happened and what to do.
func sentence(err error) string {
	var t *lantoa.Trouble
	if errors.As(err, &t) {
		switch {
		case t.Kind == lantoa.Busy && t.What == "service":
			return fmt.Sprintf("cơ sở dữ liệu này đang được một dịch vụ khác dùng (%s); dừng nó trước, hoặc dùng Postgres (LANTOA_DATABASE_URL) để chạy nhiều dịch vụ", t.Note)
		case t.Kind == lantoa.Conflict && t.What == "schema":
			return "cơ sở dữ liệu mới hơn chương trình này; hãy dùng bản lantoa mới hơn (" + t.Note + ")"
		case t.Note != "" && (t.Kind == lantoa.Refused || t.Kind == lantoa.Invalid || t.Kind == lantoa.Conflict):
			return t.Note
		}
	}
	return err.Error()
}

var versionVerb = verb{
	name: "version", short: "phiên bản, commit và lược đồ dữ liệu cần có", usage: "version", example: "lantoa version",
	run: func(_ context.Context, c *call) error {
		v, commit := buildVersion()
		fmt.Fprintf(c.out, "lantoa %s\ncommit %s\nlược đồ %d\n", v, commit, schemaNeeded())
		return nil
	},
}

// buildVersion reads what the Go tool wrote into the binary.
func buildVersion() (version, commit string) {
	version, commit = "(dev)", "không rõ"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, commit
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit
}
