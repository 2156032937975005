package sheet

import (
	"bufio"
	"bytes"
	"io"
)

// maxReturns is how often reading goes back behind a quotation mark that was never closed. After that no
// cell may hold a line break, so that a file of nothing but such marks is not read again and again.
const maxReturns = 20

// lines reads CSV line by line. It is its own reader because encoding/csv takes everything behind a lost
// quotation mark for one cell, to the end of the file: here that costs one row.
type lines struct {
	in      *bufio.Reader
	pending [][]byte // lines read before and given back
	line    int      // of the line last handed out
	comma   byte     // 0 until the first line was seen
	returns int
}

func newLines(r io.Reader) *lines { return &lines{in: bufio.NewReaderSize(r, 64<<10)} }

func (l *lines) close() error { return nil }

// underTitle settles the separator where the first line may be a title that has none, or another: it is the one that
// stands equally often in the most lines.
func (l *lines) underTitle() {
	head, _ := l.in.Peek(sample) // what goes wrong here goes wrong again when it is read
	best, most := byte(0), 0
	for _, comma := range []byte{',', ';', '\t'} {
		alike := map[int]int{}
		for line := range bytes.Lines(head[:min(len(head), 16<<10)]) {
			if n := separators(line)[comma]; n > 0 {
				alike[n]++
			}
		}
		for n, lines := range alike {
			if weight := lines*1000 + min(n, 999); weight > most {
				best, most = comma, weight
			}
		}
	}
	l.comma = best
}

// nextLine is one line with its end; a line over the limit is skipped whole.
func (l *lines) nextLine() (text []byte, tooLong bool, err error) {
	l.line++
	if len(l.pending) > 0 {
		first := l.pending[0]
		l.pending = l.pending[1:]
		return first, false, nil
	}
	text, tooLong, err = ReadLine(l.in, maxRecord)
	if len(text) > 0 || tooLong {
		err = nil // the end of the file is met once more
	}
	return text, tooLong, err
}

// ReadLine reads to the next line feed, which stays on. A line longer than limit bytes is read to its end
// and thrown away. With io.EOF comes what stands behind the last line feed.
func ReadLine(in *bufio.Reader, limit int) (text []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(text)+len(part) > limit {
			text, tooLong = nil, true
		}
		if !tooLong {
			text = append(text, part...)
		}
		if err != bufio.ErrBufferFull {
			return text, tooLong, err
		}
	}
}

// next is the next record and the line on which it begins.
func (l *lines) next() (int, []string, error) {
	text, tooLong, err := l.nextLine()
	begin := l.line
	if tooLong {
		return begin, nil, &RowError{begin, "too_long"}
	}
	if err != nil {
		return begin, nil, err
	}
	if l.comma == 0 && len(bytes.TrimSpace(text)) > 0 {
		l.comma = separator(text)
	}
	rec := record{comma: l.comma}
	if rec.add(text) {
		return begin, rec.cells, nil
	}
	// A cell goes on in the next line. What is read is kept, in case its end never comes.
	read := [][]byte{text}
	size := len(text)
	for l.returns < maxReturns {
		more, tooLong, err := l.nextLine()
		if err != nil && err != io.EOF {
			return begin, nil, err
		}
		if size += len(more); tooLong || err != nil {
			break
		}
		if size > maxRecord {
			read = append(read, more)
			break
		}
		read = append(read, more)
		if rec.add(more) {
			return begin, rec.cells, nil
		}
	}
	l.returns++
	l.pending = append(read[1:len(read):len(read)], l.pending...)
	l.line = begin
	return begin, nil, &RowError{begin, "quote"}
}

// separator is the one of comma, semicolon and tab that stands most often in the heading, outside quotes.
func separator(heading []byte) byte {
	count := separators(heading)
	best := byte(',')
	for _, b := range []byte{';', '\t'} {
		if count[b] > count[best] {
			best = b
		}
	}
	return best
}

// separators counts the bytes of a line that stand outside quotes.
func separators(line []byte) (count [256]int) {
	quoted := false
	for _, b := range line {
		if b == '"' {
			quoted = !quoted
		}
		if !quoted {
			count[b]++
		}
	}
	return count
}

// record takes one CSV row apart, line after line.
type record struct {
	comma  byte
	cells  []string
	cell   []byte
	quoted bool // inside a cell that began with a quotation mark
}

// add takes one more line and says whether the record is complete. A quotation mark inside an unquoted
// cell stands for itself, and so does one in a quoted cell that is followed by more text.
func (r *record) add(line []byte) (complete bool) {
	body := bytes.TrimRight(line, "\r\n")
	fresh := !r.quoted
	for i := 0; i < len(body); i++ {
		b := body[i]
		switch {
		case r.quoted && b == '"':
			switch {
			case i+1 < len(body) && body[i+1] == '"':
				r.cell = append(r.cell, '"')
				i++
			case i+1 == len(body) || body[i+1] == r.comma:
				r.quoted = false
			default:
				r.cell = append(r.cell, '"')
			}
		case r.quoted: // to the next mark in one go
			end := bytes.IndexByte(body[i:], '"')
			if end < 0 {
				end = len(body) - i
			}
			r.cell = append(r.cell, body[i:i+end]...)
			i += end - 1
		case b == '"' && fresh && len(r.cell) == 0:
			r.quoted, fresh = true, false
		case b == r.comma:
			r.end()
			fresh = true
		default:
			r.cell = append(r.cell, b)
			fresh = fresh && (b == ' ' || b == '\t')
			if fresh { // spaces before a quotation mark do not count
				r.cell = r.cell[:0]
			}
		}
	}
	if r.quoted {
		r.cell = append(r.cell, '\n')
		return false
	}
	r.end()
	return true
}

func (r *record) end() {
	r.cells = append(r.cells, string(r.cell))
	r.cell = r.cell[:0]
}
