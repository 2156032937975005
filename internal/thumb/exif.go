package thumb

import (
	"bytes"
	"encoding/binary"
	"image"
)

// upright turns and mirrors a picture as the tag of its orientation asks.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := x, y
			switch orientation {
			case 2: // mirrored
				sx = w - 1 - x
			case 3: // upside down
				sx, sy = w-1-x, h-1-y
			case 4: // upside down and mirrored
				sy = h - 1 - y
			case 5: // along the falling diagonal
				sx, sy = y, x
			case 6: // lies on its left side
				sx, sy = y, h-1-x
			case 7: // along the rising diagonal
				sx, sy = w-1-y, h-1-x
			case 8: // lies on its right side
				sx, sy = w-1-y, x
			}
			copy(out.Pix[y*out.Stride+4*x:][:4], src.Pix[sy*src.Stride+4*sx:])
		}
	}
	return out
}

// orientation reads one tag of the first directory of Exif data, which is laid out like a TIFF file; 1 if there is none.
func orientation(tiff []byte) int {
	const (
		tag     = 0x0112
		isShort = 3
	)
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	dir := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(dir) < 12 {
			return 1
		}
		if order.Uint16(dir) == tag {
			if n := int(order.Uint16(dir[8:])); order.Uint16(dir[2:]) == isShort && n >= 1 && n <= 8 {
				return n
			}
			return 1
		}
		dir = dir[12:]
	}
	return 1
}

// jpegExif is the Exif data of a JPEG, nil if it has none.
func jpegExif(data []byte) (exif []byte) {
	eachSegment(data, func(marker byte, body []byte) bool {
		rest, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker == 0xe1 && ok {
			exif = rest
		}
		return exif == nil
	})
	return exif
}

// eachSegment goes through the segments of a JPEG that stand before its first pixels, until do returns false.
func eachSegment(data []byte, do func(marker byte, body []byte) bool) {
	for i := 2; i+4 <= len(data); {
		if data[i] != 0xff {
			return
		}
		marker := data[i+1]
		if marker == 0xff { // filler
			i++
			continue
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 { // without a body
			i += 2
			continue
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) || !do(marker, data[i+4:i+2+n]) || marker == 0xda {
			return
		}
		i += 2 + n
	}
}

func pngExif(data []byte) []byte {
	for rest := data[8:]; len(rest) >= 12; {
		n := int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest)-12) {
			return nil
		}
		switch string(rest[4:8]) {
		case "eXIf":
			return rest[8 : 8+n]
		case "IDAT":
			return nil
		}
		rest = rest[12+n:]
	}
	return nil
}

func webpExif(data []byte) []byte {
	for rest := data[12:]; len(rest) >= 8; {
		n := int64(binary.LittleEndian.Uint32(rest[4:]))
		if n > int64(len(rest)-8) {
			return nil
		}
		if string(rest[:4]) == "EXIF" {
			return bytes.TrimPrefix(rest[8:8+n], []byte("Exif\x00\x00"))
		}
		rest = rest[min(8+n+n&1, int64(len(rest))):]
	}
	return nil
}
