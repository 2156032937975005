package search

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// The file begins with a line that says what it is. After it come records: length and checksum, four bytes
// each, and what encode made. It is only ever appended to, so after a crash the last record alone can be
// torn; it is cut off.
const fileHead = "lan toa index 1\n"

// largestRecord is far above any post; a length beyond it is a broken one.
const largestRecord = 64 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errForeign = errors.New("not an index file of this version")

// appendRecord adds a record to b.
func appendRecord(b, record []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(record)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(record, castagnoli))
	return append(b, record...)
}

// readRecords calls do with each good record and its place, and gives the place after the last one.
func readRecords(f io.Reader, do func(record []byte, at int64) error) (int64, error) {
	r := bufio.NewReaderSize(f, 1<<20)
	head := make([]byte, len(fileHead))
	if _, err := io.ReadFull(r, head); err != nil || string(head) != fileHead {
		return 0, errForeign
	}
	at := int64(len(fileHead))
	var frame [8]byte
	var record []byte
	for {
		if _, err := io.ReadFull(r, frame[:]); err != nil {
			return at, torn(err)
		}
		n := binary.LittleEndian.Uint32(frame[:4])
		if n > largestRecord {
			return at, nil
		}
		if cap(record) < int(n) {
			record = make([]byte, n+n/2)
		}
		record = record[:n]
		if _, err := io.ReadFull(r, record); err != nil {
			return at, torn(err)
		}
		if crc32.Checksum(record, castagnoli) != binary.LittleEndian.Uint32(frame[4:]) {
			return at, nil
		}
		if err := do(record, at); err != nil {
			return at, nil // a record we cannot read is as good as torn: what follows is dropped
		}
		at += 8 + int64(n)
	}
}

// torn forgives the end of the file, in the middle of a record too.
func torn(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// readRecord reads the one record at a place.
func readRecord(f *os.File, at int64) (Document, error) {
	var frame [8]byte
	if _, err := f.ReadAt(frame[:], at); err != nil {
		return Document{}, fmt.Errorf("read index: %w", err)
	}
	n := binary.LittleEndian.Uint32(frame[:4])
	if n > largestRecord {
		return Document{}, errRecord
	}
	b := make([]byte, n)
	if _, err := f.ReadAt(b, at+8); err != nil {
		return Document{}, fmt.Errorf("read index: %w", err)
	}
	_, d, err := decode(b)
	return d, err
}
