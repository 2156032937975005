package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/hoiphunu/lantoa"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Schema is the number of the newest migration this program knows.
func Schema() int64 {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		panic("no migrations are embedded")
	}
	n, err := goose.NumericComponent(files[len(files)-1])
	if err != nil {
		panic(err)
	}
	return n
}

// migrate brings the database to the newest schema, each migration once and in a transaction of its own.
// One that is newer than the program is left alone: trouble Conflict "schema", with both numbers.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, opts ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	opts = append(opts, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	p, err := goose.NewProvider(dialect, db, files, opts...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	// Two programs may meet a new file at once. The slower one's transaction then fails on tables that are
	// there by now; asked again, it finds its work done.
	for try := 1; ; try++ {
		has, wants, err := p.GetVersions(ctx)
		if err == nil && has > wants {
			return lantoa.Problem(lantoa.Conflict, "schema", fmt.Sprintf("%d > %d", has, wants))
		}
		if err == nil && has == wants {
			return nil
		}
		if err == nil {
			_, err = p.Up(ctx)
		}
		if err != nil && try == 5 {
			return fmt.Errorf("migrate: %w", err)
		}
	}
}
