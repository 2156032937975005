package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/spf13/pflag"
)

var sandboxVerb = verb{
	name: "sandbox", short: "chỉ Facebook Graph API và Zalo Open API mô phỏng, để lập trình và kiểm thử",
	usage:   "sandbox [--listen 127.0.0.1:8188] [--now TIME] [--weeks 26] [--latency 80ms] [--faults FILE]",
	example: "lantoa sandbox --listen 127.0.0.1:8188 --latency 80ms",
	flags:   provinceFlags,
	run: func(ctx context.Context, c *call) error {
		opt, err := provinceOptions(c.flags, c.settings)
		if err != nil {
			return err
		}
		address := "127.0.0.1:8188"
		if c.flags.Changed("listen") {
			address = c.settings.Get("listen")
		}
		clock := sandbox.NewClock(opt.Anchor)
		opt.Now = clock.Now
		box, err := sandbox.New(opt)
		if err != nil {
			return err
		}
		listener, err := listen(address)
		if err != nil {
			return err
		}
		base := "http://" + listener.Addr().String()
		z := box.Zalo()
		fmt.Fprintf(c.out, "Graph API  %s/graph\n  mã       %s\nZalo API   %s/zalo\nZalo OAuth %s/zalo-oauth\n  ứng dụng %s, khóa %s\n  mã       %s\n  làm mới  %s\n",
			base, box.Token(), base, base, z.AppID, z.AppSecret, z.AccessToken, z.RefreshToken)
		fmt.Fprintf(c.out, "Trang tin  %[1]s/site, mã cũ: %[1]s/site-cu, %[1]s/site-tcvn3, %[1]s/site-vni\nĐiều khiển %[1]s/control (cùng mã với Graph API), các loại lỗi: %[1]s/control/kinds\n", base)
		server := &http.Server{Handler: box.Handler(), ReadHeaderTimeout: 10 * time.Second}
		go func() {
			<-ctx.Done()
			server.Close()
		}()
		if err := server.Serve(listener); err != http.ErrServerClosed {
			return err
		}
		return nil
	},
}

func provinceFlags(fs *pflag.FlagSet) {
	fs.String("now", "", "giờ của tỉnh mô phỏng, dạng 2026-11-23T06:00+07:00 (mặc định: giờ máy)")
	fs.Int("weeks", 26, "số tuần quá khứ")
	fs.Duration("latency", 0, "độ trễ của mỗi lần hỏi, ví dụ 80ms")
	fs.String("faults", "", "tệp lỗi định sẵn")
}

func provinceOptions(fs *pflag.FlagSet, set Settings) (sandbox.Options, error) {
	var opt sandbox.Options
	text, _ := fs.GetString("now")
	now := time.Now()
	if text != "" {
		var err error
		if now, err = parseTime(text); err != nil {
			return opt, err
		}
	}
	weeks, _ := fs.GetInt("weeks")
	if weeks < 1 || weeks > 260 {
		return opt, wrongUsage("--weeks %d: chọn từ 1 đến 260 tuần", weeks)
	}
	latency, _ := fs.GetDuration("latency")
	if latency < 0 || latency > time.Minute {
		return opt, wrongUsage("--latency %s: chọn từ 0 đến 1 phút", latency)
	}
	opt = sandbox.Options{Weeks: weeks, Latency: latency, Anchor: now.In(set.Zone())}
	if file, _ := fs.GetString("faults"); file != "" {
		faults, err := sandbox.ReadFaults(file)
		if err != nil {
			return opt, wrongUsage("tệp lỗi %s: %v", file, err)
		}
		opt.Faults = faults
	}
	return opt, nil
}

// parseTime reads RFC 3339 with or without seconds.
func parseTime(s string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, wrongUsage("%q không phải giờ dạng 2026-11-23T06:00+07:00", s)
}

// parseDate reads 2026-11-23 as midnight in the Union's zone.
func parseDate(s string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01-02", s, zone)
	if err != nil {
		return t, wrongUsage("%q không phải ngày dạng 2026-11-23", s)
	}
	return t, nil
}

// parseWeek reads 2026-W47; empty means the last full week.
func parseWeek(s string, now time.Time, zone *time.Location) (lantoa.Week, error) {
	if s == "" {
		return lantoa.LastFullWeek(now, zone), nil
	}
	w, err := lantoa.ParseWeek(s)
	if err != nil {
		return w, wrongUsage("%q không phải tuần dạng 2026-W47", s)
	}
	return w, nil
}
