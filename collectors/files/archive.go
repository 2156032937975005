package files

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

const (
	maxEntries = 300_000   // entries of an archive: a page of ten years has some 30,000 pictures
	maxPart    = 256 << 20 // bytes of one file of texts, unpacked
	maxParts   = 512 << 20 // bytes of all of them
	maxRatio   = 200       // how much a text may be larger than it was packed; real ones stay below 40
)

// Archive is what Facebook lets the administrator of a page download: a ZIP file, the folder it was unpacked to, or one
// file out of it. Nothing of it is ever written anywhere; pictures and films are not even opened.
type Archive struct {
	parts []archivePart
	close func() error
	read  int64 // bytes read so far
	limit int64 // of one part, whatever size it declares; 0: maxPart
}

type archivePart struct {
	name   string // cleaned, with slashes
	size   int64
	packed int64 // 0 where it is not packed
	locked bool
	open   func() (io.ReadCloser, error)
}

// OpenArchive looks at what there is. Troubles: Invalid "file", TooLarge "archive".
func OpenArchive(file string) (*Archive, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: "file", Err: err}
	}
	if info.IsDir() {
		return openFolder(file)
	}
	z, err := zip.OpenReader(file)
	if err == nil {
		a, err := newArchive(&z.Reader)
		if err != nil {
			z.Close()
			return nil, err
		}
		a.close = z.Close
		return a, nil
	}
	if strings.EqualFold(path.Ext(file), ".zip") {
		return nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: "archive", Err: err}
	}
	one := archivePart{name: filepath.Base(file), size: info.Size(), open: func() (io.ReadCloser, error) { return os.Open(file) }}
	return &Archive{parts: []archivePart{one}, close: func() error { return nil }}, nil
}

// Close lets go of the file.
func (a *Archive) Close() error { return a.close() }

// newArchive takes the entries of a ZIP file whose names stay inside it.
func newArchive(z *zip.Reader) (*Archive, error) {
	if len(z.File) > maxEntries {
		return nil, lantoa.Problem(lantoa.TooLarge, "archive", "")
	}
	a := &Archive{close: func() error { return nil }}
	for _, f := range z.File {
		name, ok := cleanPath(f.Name)
		if !ok || f.FileInfo().IsDir() {
			continue
		}
		a.parts = append(a.parts, archivePart{
			name: name, size: int64(min(f.UncompressedSize64, 1<<62)), packed: max(int64(min(f.CompressedSize64, 1<<62)), 1), locked: f.Flags&1 != 0, open: f.Open,
		})
	}
	return a, nil
}

// cleanPath is a name inside an archive; ok is false for one that leads out of it.
func cleanPath(name string) (_ string, ok bool) {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/")
	if strings.ContainsRune(name, 0) || strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' {
		return "", false
	}
	name = path.Clean(name)
	if name == "." || name == ".." || strings.HasPrefix(name, "../") {
		return "", false
	}
	return name, true
}

// openFolder takes the files of a folder. Links are not followed: they may lead anywhere.
func openFolder(folder string) (*Archive, error) {
	a := &Archive{close: func() error { return nil }}
	err := filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if len(a.parts) >= maxEntries {
			return lantoa.Problem(lantoa.TooLarge, "archive", "")
		}
		name, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		a.parts = append(a.parts, archivePart{name: filepath.ToSlash(name), size: info.Size(), open: func() (io.ReadCloser, error) { return os.Open(file) }})
		return nil
	})
	if err != nil {
		return nil, lantoa.AsTrouble(err, lantoa.Invalid)
	}
	return a, nil
}

// choose are the parts whose base names are wanted, in the order of their numbers: posts_10 stands behind posts_2.
func (a *Archive) choose(want func(base string) bool) []archivePart {
	var all []archivePart
	for _, p := range a.parts {
		if want(strings.ToLower(path.Base(p.name))) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(x, y archivePart) int {
		return cmp.Or(cmp.Compare(len(x.name), len(y.name)), strings.Compare(x.name, y.name))
	})
	return all
}

// open opens a part for reading, unless it is larger than a text of people's making, or unpacks like a bomb.
func (a *Archive) openPart(p archivePart) (io.ReadCloser, error) {
	switch {
	case p.locked:
		return nil, lantoa.Problem(lantoa.Invalid, "password", p.name)
	case p.size > maxPart, a.read+p.size > maxParts, p.packed > 0 && p.size > 1<<20 && p.size/p.packed > maxRatio:
		return nil, lantoa.Problem(lantoa.TooLarge, "archive", p.name)
	}
	r, err := p.open()
	if err != nil {
		return nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: "archive", Err: err}
	}
	return &partReader{r: r, archive: a, left: cmp.Or(a.limit, maxPart)}, nil
}

// partReader holds a part to what may be unpacked, whatever size it declares.
type partReader struct {
	r       io.ReadCloser
	archive *Archive
	left    int64
}

var errTooLarge = errors.New("unpacks to too much")

func (p *partReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.left -= int64(n)
	p.archive.read += int64(n)
	if p.left < 0 || p.archive.read > maxParts {
		return n, errTooLarge
	}
	return n, err
}

func (p *partReader) Close() error { return p.r.Close() }
