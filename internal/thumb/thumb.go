// Package thumb makes a small JPEG of a picture that came from outside.
//
// In: the bytes of a JPEG, PNG, GIF (its first frame) or WebP, and how long the longer side may be. Out: a JPEG that
// stands the right way up and bears nothing of what the camera wrote into the original. The size that a picture
// claims is looked at before a pixel of it is unpacked: a file of a few kilobytes can claim gigabytes.
package thumb

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

var (
	ErrUnknown = errors.New("no picture of a known kind")
	ErrBroken  = errors.New("a broken picture")
	ErrTooMany = errors.New("a picture of too many pixels")
)

const (
	mostPixels = 50_000_000
	mostMemory = 320 << 20 // bytes that unpacking may take: progressive JPEGs and deep PNGs take several times their pixels
	quality    = 78
)

// Make returns the picture as JPEG, its longer side at most longest, and its size. A small picture is not enlarged.
func Make(data []byte, longest int) (out []byte, w, h int, err error) {
	kind := sniff(data)
	if kind == nil {
		return nil, 0, 0, ErrUnknown
	}
	if longest < 1 {
		return nil, 0, 0, fmt.Errorf("thumb: a longest side of %d", longest)
	}
	cfg, err := kind.config(data)
	if err != nil || cfg.Width < 1 || cfg.Height < 1 {
		return nil, 0, 0, ErrBroken
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	if pixels > mostPixels || pixels*kind.weight(data, cfg) > mostMemory {
		return nil, 0, 0, ErrTooMany
	}
	src, err := kind.decode(data)
	if err != nil || src.Bounds().Empty() {
		return nil, 0, 0, ErrBroken
	}
	small := upright(shrink(src, longest), orientation(kind.exif(data)))
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, small, &jpeg.Options{Quality: quality}); err != nil {
		return nil, 0, 0, fmt.Errorf("thumb: %w", err)
	}
	return buf.Bytes(), small.Bounds().Dx(), small.Bounds().Dy(), nil
}

// format is a kind of picture.
type format struct {
	config func([]byte) (image.Config, error)
	decode func([]byte) (image.Image, error)
	weight func([]byte, image.Config) int64 // bytes that unpacking takes for each pixel
	exif   func([]byte) []byte
}

func sniff(data []byte) *format {
	has := func(at int, magic string) bool {
		return len(data) >= at+len(magic) && string(data[at:at+len(magic)]) == magic
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return &format{
			config: func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
			decode: func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
			weight: jpegWeight, exif: jpegExif,
		}
	case has(0, "\x89PNG\r\n\x1a\n"):
		return &format{
			config: func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
			decode: func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
			weight: pngWeight, exif: pngExif,
		}
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return &format{
			config: func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) },
			decode: func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) },
			weight: func([]byte, image.Config) int64 { return 1 },
			exif:   func([]byte) []byte { return nil },
		}
	case has(0, "RIFF") && has(8, "WEBP"):
		return &format{
			config: func(b []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(b)) },
			decode: func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) },
			weight: func([]byte, image.Config) int64 { return 6 }, // pixels, and those of the transparency
			exif:   webpExif,
		}
	}
	return nil
}

// jpegWeight: one that is told in several passes keeps 4 bytes for each of up to four components until the last.
func jpegWeight(data []byte, cfg image.Config) int64 {
	weight := int64(3)
	if cfg.ColorModel == color.CMYKModel {
		weight = 4
	} else if cfg.ColorModel == color.GrayModel {
		weight = 1
	}
	eachSegment(data, func(marker byte, _ []byte) bool {
		if marker == 0xc2 {
			weight *= 5
			return false
		}
		return true
	})
	return weight
}

func pngWeight(_ []byte, cfg image.Config) int64 {
	switch cfg.ColorModel {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, palette := cfg.ColorModel.(color.Palette); palette {
		return 1
	}
	return 4
}

// shrink is the picture on white with a longer side of at most longest.
func shrink(src image.Image, longest int) *image.RGBA {
	b := src.Bounds()
	w, h := fit(b.Dx(), b.Dy(), longest)
	// Averaging whole blocks first takes most of the way fast and with little memory; the finer filter does the rest.
	from := onWhite(src, max(1, min(2*b.Dx()/(3*w), 2*b.Dy()/(3*h))))
	if from.Bounds().Dx() == w && from.Bounds().Dy() == h {
		return from
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Bounds(), from, from.Bounds(), draw.Src, nil)
	return out
}

func fit(w, h, longest int) (int, int) {
	most := max(w, h)
	if most <= longest {
		return w, h
	}
	return max(1, (w*longest+most/2)/most), max(1, (h*longest+most/2)/most)
}

// onWhite draws the picture on white, k × k pixels averaged to one. It goes in stripes, so that only one of them
// stands unpacked in a second form.
func onWhite(src image.Image, k int) *image.RGBA {
	b := src.Bounds()
	w, h := b.Dx()/k, b.Dy()/k
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	stripe := image.NewRGBA(image.Rect(0, 0, w*k, k))
	for y := range h {
		stddraw.Draw(stripe, stripe.Bounds(), image.White, image.Point{}, stddraw.Src)
		stddraw.Draw(stripe, stripe.Bounds(), src, image.Pt(b.Min.X, b.Min.Y+y*k), stddraw.Over)
		row := out.Pix[y*out.Stride:]
		if k == 1 {
			copy(row, stripe.Pix[:4*w])
			continue
		}
		for x := range w {
			var sum [4]int
			for dy := range k {
				at := stripe.Pix[dy*stripe.Stride+4*x*k:]
				for i := 0; i < 4*k; i += 4 {
					sum[0] += int(at[i])
					sum[1] += int(at[i+1])
					sum[2] += int(at[i+2])
					sum[3] += int(at[i+3])
				}
			}
			for c := range sum {
				row[4*x+c] = uint8((sum[c] + k*k/2) / (k * k))
			}
		}
	}
	return out
}
