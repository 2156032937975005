package sheet

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// book reads the first visible sheet of a workbook, row by row.
type book struct {
	file *excelize.File
	rows *excelize.Rows
	line int
}

// openBook unpacks a workbook within limits. archive/zip holds the parts to the sizes that are declared, so
// the declared sum is the true one.
func openBook(r io.Reader) (*book, error) {
	limited := &io.LimitedReader{R: r, N: maxFile + 1}
	file, err := excelize.OpenReader(limited, excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: 16 << 20})
	if limited.N <= 0 {
		err = errors.Join(ErrTooLarge, err)
	}
	if err != nil {
		if file != nil {
			file.Close()
		}
		return nil, fmt.Errorf("sheet: workbook: %w", err)
	}
	name := ""
	for _, sheet := range file.GetSheetList() {
		if visible, err := file.GetSheetVisible(sheet); err == nil && visible {
			name = sheet
			break
		}
	}
	rows, err := file.Rows(name)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("sheet: workbook: %w", err)
	}
	return &book{file: file, rows: rows}, nil
}

// next gives cells as they are shown: a code that is a number in the format 00000 keeps its zeros.
func (b *book) next() (int, []string, error) {
	if !b.rows.Next() {
		if err := b.rows.Error(); err != nil {
			return b.line, nil, fmt.Errorf("sheet: workbook: %w", err)
		}
		return b.line, nil, io.EOF
	}
	b.line++
	cells, err := b.rows.Columns()
	if err != nil {
		return b.line, nil, fmt.Errorf("sheet: workbook: %w", err)
	}
	return b.line, cells, nil
}

func (b *book) close() error { return errors.Join(b.rows.Close(), b.file.Close()) }
