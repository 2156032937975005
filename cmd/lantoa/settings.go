package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/hoiphunu/lantoa"
	"github.com/spf13/pflag"
)

// Settings is what the operator may decide. Read here and nowhere else; the parts get the values they need.
type Settings struct {
	values map[string]value
}

type value struct {
	text string
	from string // "mặc định", "tệp lantoa.toml", "biến LANTOA_LISTEN", "cờ --listen"
}

// setting describes one key: its name in the file, its default and what it is for.
type setting struct {
	key    string // database_url, facebook.app_id
	def    string
	help   string
	secret bool
}

var settings = []setting{
	{key: "listen", def: "127.0.0.1:8187", help: "địa chỉ của trang web và API"},
	{key: "base_url", help: "địa chỉ mọi người dùng để vào, có trong thư và webhook"},
	{key: "data", def: "./data", help: "thư mục của các phần nhúng sẵn"},
	{key: "database_url", help: "postgres://… cho nhiều tiến trình; để trống: SQLite trong thư mục data", secret: true},
	{key: "redis_url", help: "redis://…; để trống: hàng đợi nhúng sẵn", secret: true},
	{key: "meili_url", help: "máy chủ Meilisearch; để trống: chỉ mục nhúng sẵn"},
	{key: "meili_key", help: "khóa của Meilisearch", secret: true},
	{key: "smtp_url", help: "máy chủ thư: smtp://user:pass@host:587 hoặc smtps://host:465, thêm ?per_minute=60&connections=2; để trống: thư lưu thành tệp", secret: true},
	{key: "mail_from", help: "người gửi thư: Hội LHPN tỉnh <bantin@vidu.vn>"},
	{key: "mail_hold", def: "true", help: "giữ thư đến khi quản trị viên cho gửi"},
	{key: "form_reminders", def: "false", help: "nhắc qua thư các đơn vị chưa báo số liệu tháng, vào ngày 1 và ngày 4"},
	{key: "form_close_day", def: "5", help: "ngày của tháng sau mà hết ngày đó số liệu tháng được chốt, từ 1 đến 28"},
	{key: "digest_auto", def: "false", help: "true: bản tin không ai giữ lại tự được duyệt lúc 07:00 thứ Hai"},
	{key: "reshare_second", def: "false", help: "true: mỗi lượt lan tỏa cần người thứ hai duyệt"},
	{key: "story_hook_url", help: "địa chỉ được gọi khi một câu chuyện được chọn; để trống: không gọi"},
	{key: "story_hook_key", help: "khóa ký các lần gọi ấy (HMAC-SHA256)", secret: true},
	{key: "secret_key", help: "khóa mã hóa, 32 byte dạng base64; để trống: tự tạo trong thư mục data", secret: true},
	{key: "facebook.app_id", help: "mã ứng dụng Facebook"},
	{key: "facebook.app_secret", help: "khóa bí mật của ứng dụng Facebook", secret: true},
	{key: "facebook.verify_token", help: "mã xác minh webhook Facebook", secret: true},
	{key: "facebook.graph_url", def: "https://graph.facebook.com", help: "máy chủ Graph API"},
	{key: "facebook.graph_version", def: "v25.0", help: "phiên bản Graph API"},
	{key: "zalo.app_id", help: "mã ứng dụng Zalo"},
	{key: "zalo.app_secret", help: "khóa bí mật của ứng dụng Zalo", secret: true},
	{key: "zalo.oa_secret", help: "khóa OA trên trang webhook", secret: true},
	{key: "zalo.sign_first", help: "số đứng đầu khi Zalo ký webhook: app_id hoặc oa_id; để trống: nhận cả hai"},
	{key: "zalo.pkce_verifier", help: "PKCE verifier cố định, nếu trang quản lý ứng dụng Zalo chỉ nhận một; để trống: mỗi lần một mã", secret: true},
	{key: "zalo.bot_token", help: "mã của bot trên Zalo Bot Platform", secret: true},
	{key: "zalo.bot_secret", help: "mã bí mật mà Zalo gửi kèm mỗi lần gọi webhook của bot", secret: true},
	{key: "zalo.api_url", def: "https://openapi.zalo.me", help: "máy chủ Zalo Open API"},
	{key: "zalo.oauth_url", def: "https://oauth.zaloapp.com", help: "máy chủ cấp mã của Zalo"},
	{key: "pictures_mb", def: "1000", help: "chỗ cho bản thu nhỏ của ảnh, MB; 0: không lưu ảnh"},
	{key: "timezone", def: "Asia/Ho_Chi_Minh", help: "múi giờ để tính ngày và tuần"},
	{key: "log", def: "info", help: "mức ghi nhật ký: debug, info, warn, error"},
}

func (s setting) env() string {
	return "LANTOA_" + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

func (s setting) flag() string {
	return strings.ReplaceAll(strings.ReplaceAll(s.key, ".", "-"), "_", "-")
}

// addSettingFlags gives a verb the flags of all settings, kept out of its short help.
func addSettingFlags(fs *pflag.FlagSet) {
	fs.String("config", "", "tệp cài đặt (mặc định lantoa.toml nếu có)")
	for _, s := range settings {
		fs.String(s.flag(), "", s.help)
		if s.key != "data" && s.key != "listen" {
			_ = fs.MarkHidden(s.flag())
		}
	}
}

// readSettings puts file, environment and flags over the defaults, in this order.
// What it does not know it names, with the nearest key that it does know.
func readSettings(flags *pflag.FlagSet, environ []string) (Settings, error) {
	s := Settings{values: map[string]value{}}
	byEnv, byKey := map[string]setting{}, map[string]setting{}
	for _, k := range settings {
		s.values[k.key] = value{k.def, "mặc định"}
		byEnv[k.env()], byKey[k.key] = k, k
	}
	path, _ := flags.GetString("config")
	must := path != ""
	if !must {
		path = "lantoa.toml"
	}
	if err := s.readFile(path, must, byKey); err != nil {
		return s, err
	}
	for _, line := range environ {
		name, text, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, "LANTOA_") || strings.HasPrefix(name, "LANTOA_TEST_") {
			continue
		}
		k, ok := byEnv[name]
		if !ok {
			return s, wrongUsage("không có biến môi trường %s; có phải %s?", name, nearest(name, keysOf(byEnv)))
		}
		if text != "" {
			s.values[k.key] = value{text, "biến " + name}
		}
	}
	for _, k := range settings {
		if f := flags.Lookup(k.flag()); f != nil && f.Changed {
			s.values[k.key] = value{f.Value.String(), "cờ --" + k.flag()}
		}
	}
	return s, s.check()
}

func (s Settings) readFile(path string, must bool, known map[string]setting) error {
	var tree map[string]any
	if _, err := toml.DecodeFile(path, &tree); err != nil {
		if errors.Is(err, fs.ErrNotExist) && !must {
			return nil
		}
		return wrongUsage("không đọc được tệp cài đặt %s: %v", path, err)
	}
	flat := map[string]any{}
	for k, v := range tree {
		if sub, ok := v.(map[string]any); ok {
			for kk, vv := range sub {
				flat[k+"."+kk] = vv
			}
			continue
		}
		flat[k] = v
	}
	for k, v := range flat {
		if _, ok := known[k]; !ok {
			return wrongUsage("tệp %s: không có khóa %q; có phải %q?", path, k, nearest(k, keysOf(known)))
		}
		s.values[k] = value{fmt.Sprint(v), "tệp " + path}
	}
	return nil
}

func (s Settings) check() error {
	if _, err := time.LoadLocation(s.Get("timezone")); err != nil {
		return wrongUsage("múi giờ %q không có; ví dụ Asia/Ho_Chi_Minh", s.Get("timezone"))
	}
	if _, _, err := net.SplitHostPort(s.Get("listen")); err != nil {
		return wrongUsage("địa chỉ %q phải có dạng 127.0.0.1:8187", s.Get("listen"))
	}
	if n, err := strconv.Atoi(s.Get("pictures_mb")); err != nil || n < 0 {
		return wrongUsage("pictures_mb %q phải là số MB, ví dụ 1000", s.Get("pictures_mb"))
	}
	if n, err := strconv.Atoi(s.Get("form_close_day")); err != nil || n < 1 || n > 28 {
		return wrongUsage("form_close_day %q phải là một ngày từ 1 đến 28", s.Get("form_close_day"))
	}
	if v := s.Get("form_reminders"); v != "true" && v != "false" {
		return wrongUsage("form_reminders %q: dùng true hoặc false", v)
	}
	if v := s.Get("zalo.sign_first"); v != "" && v != "app_id" && v != "oa_id" {
		return wrongUsage("zalo.sign_first %q: dùng app_id hoặc oa_id", v)
	}
	if err := s.checkMail(); err != nil {
		return err
	}
	if v := s.Get("digest_auto"); !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") {
		return wrongUsage("digest_auto %q: dùng true hoặc false", v)
	}
	if v := s.Get("reshare_second"); v != "true" && v != "false" {
		return wrongUsage("reshare_second %q: dùng true hoặc false", v)
	}
	if u := s.Get("story_hook_url"); u != "" {
		if a, err := url.Parse(u); err != nil || a.Host == "" || a.Scheme != "https" && a.Scheme != "http" {
			return wrongUsage("story_hook_url %q phải là một địa chỉ https://…", u)
		}
		if s.Get("story_hook_key") == "" {
			return wrongUsage("có story_hook_url thì cần khóa ký: đặt LANTOA_STORY_HOOK_KEY, ít nhất 32 ký tự ngẫu nhiên")
		}
	}
	switch s.Get("log") {
	case "debug", "info", "warn", "error":
	default:
		return wrongUsage("mức nhật ký %q không có; dùng debug, info, warn hoặc error", s.Get("log"))
	}
	return nil
}

// Get is the value of a key.
func (s Settings) Get(key string) string { return s.values[key].text }

// Zone is the Union's time zone.
func (s Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.Get("timezone"))
	if err != nil {
		panic(err) // checked when read
	}
	return zone
}

// DatabaseURL is the address of the store: the one set, or the embedded file.
func (s Settings) DatabaseURL() string {
	if u := s.Get("database_url"); u != "" {
		return u
	}
	return filepath.Join(s.Get("data"), "lantoa.db")
}

// BaseURL is how people reach the pages.
func (s Settings) BaseURL() string {
	if u := s.Get("base_url"); u != "" {
		return strings.TrimRight(u, "/")
	}
	return "http://" + s.Get("listen")
}

// Key is the 32 bytes that seal secrets; made on first use and kept with mode 0600.
func (s Settings) Key() ([]byte, error) {
	if text := s.Get("secret_key"); text != "" {
		key, err := decodeKey(text)
		if err != nil {
			return nil, wrongUsage("khóa bí mật phải là 32 byte viết dạng base64 (biến LANTOA_SECRET_KEY)")
		}
		return key, nil
	}
	key, err := readKey(keyFile(s))
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(keyFile(s))
	}
	if errors.Is(err, errBadKey) {
		return nil, wrongUsage("khóa bí mật phải là 32 byte viết dạng base64 (tệp %s)", keyFile(s))
	}
	return key, err
}

var errBadKey = errors.New("not 32 bytes in base64")

func decodeKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != 32 {
		return nil, errBadKey
	}
	return key, nil
}

// PictureRoom is how many bytes our copies of pictures may take.
func (s Settings) PictureRoom() int64 {
	n, err := strconv.ParseInt(s.Get("pictures_mb"), 10, 64)
	if err != nil {
		panic(err) // checked when read
	}
	return n << 20
}

// insideHosts are the hosts inside the house that pictures and portals may be fetched from: those of the sandbox, if
// the platforms are simulated.
func (s Settings) insideHosts() []string {
	if v := s.values["facebook.graph_url"]; v.from == simulated {
		return []string{host(v.text)}
	}
	return nil
}

// FormDay is the day of the following month at whose end the reports of a month close.
func (s Settings) FormDay() int {
	n, err := strconv.Atoi(s.Get("form_close_day"))
	if err != nil {
		panic(err) // checked when read
	}
	return n
}

// prepareData makes the data folder, or says in one sentence what to do.
func (s Settings) prepareData() error {
	dir := s.Get("data")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return &lantoa.Trouble{Kind: lantoa.Refused, What: "data", Note: fmt.Sprintf("không tạo được thư mục %s; cho quyền ghi hoặc chọn nơi khác bằng --data", dir), Err: err}
	}
	probe, err := os.CreateTemp(dir, ".ghi-thu-*")
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Refused, What: "data", Note: fmt.Sprintf("không ghi được vào thư mục %s; cho quyền ghi hoặc chọn nơi khác bằng --data", dir), Err: err}
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// Origin lists every setting, its value (secrets masked) and where it came from.
func (s Settings) Origin() [][3]string {
	var rows [][3]string
	for _, k := range settings {
		v := s.values[k.key]
		text := v.text
		if k.secret && text != "" {
			text = "••••"
		}
		rows = append(rows, [3]string{k.key, text, v.from})
	}
	return rows
}

func keysOf[V any](m map[string]V) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

// perhaps proposes the nearest known word, if it is near enough to be a slip of the hand.
func perhaps(word string, known []string) string {
	if near := nearest(word, known); near != "" && edits(word, near) <= max(2, len(word)/3) {
		return fmt.Sprintf("; có phải %q?", near)
	}
	return ""
}

// nearest is the known word with the fewest edits from word.
func nearest(word string, known []string) string {
	best, least := "", 1<<30
	for _, k := range known {
		if d := edits(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes: keys are plain ASCII.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func newKey(path string) ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	return key, os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600)
}
