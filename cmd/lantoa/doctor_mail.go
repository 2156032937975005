package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
)

const (
	smtpPatience = 10 * time.Second
	dnsPatience  = 4 * time.Second
)

// examineMail looks at the way of mails: whether they may go, whether the server takes us, and whether the world will
// believe that the mail is ours. No mail is sent for it.
func (a *App) examineMail(ctx context.Context) []finding {
	fs := []finding{a.examineGate(ctx)}
	sender, ok := a.Worker.Mailer.(*mail.SMTP)
	if !ok {
		return append(fs, finding{"lưu ý", "máy chủ thư", "chưa có; thư được lưu thành tệp trong " + a.Settings.mailFolder(),
			"đặt LANTOA_SMTP_URL và LANTOA_MAIL_FROM khi muốn gửi bản tin"})
	}
	fs = append(fs, examineSMTP(ctx, sender))
	return append(fs, examineDomain(ctx, net.DefaultResolver, mail.Domain(sender.From()))...)
}

func (a *App) examineGate(ctx context.Context) finding {
	g, err := a.Store.Gate(ctx)
	if err != nil {
		return finding{"lỗi", "thư", err.Error(), ""}
	}
	counts, err := a.Store.LetterCounts(ctx, store.LetterFilter{})
	if err != nil {
		return finding{"lỗi", "thư", err.Error(), ""}
	}
	f := finding{"tốt", "thư", "thư được gửi đi", ""}
	if !g.Open && (g.By != "" || a.Settings.MailHold()) {
		f.Found = fmt.Sprintf("đang giữ thư, %s thư nằm chờ", words.For("vi").Number(int64(counts[lantoa.LetterHeld])))
	}
	if n := counts[lantoa.LetterUnknown]; n > 0 {
		f.Grade, f.Do = "lưu ý", fmt.Sprintf("xem %d thư không rõ đã tới chưa ở mục Quản trị, Thư", n)
	}
	return f
}

// examineSMTP connects, makes the line safe, signs in, and says goodbye.
func examineSMTP(ctx context.Context, s *mail.SMTP) finding {
	ctx, cancel := context.WithTimeout(ctx, smtpPatience)
	defer cancel()
	safe, err := s.Check(ctx)
	var step *mail.StepError
	errors.As(err, &step)
	f := finding{What: "máy chủ thư", Found: s.Server()}
	switch {
	case err == nil && safe:
		f.Grade, f.Found = "tốt", s.Server()+": trả lời, đường truyền kín, đăng nhập được"
	case err == nil:
		f.Grade, f.Found = "lưu ý", s.Server()+": trả lời, nhưng đường truyền không kín"
		f.Do = "chỉ dùng như vậy với máy chủ trong cùng máy hoặc cùng nhà; nếu không, bỏ starttls=no và hỏi nhà cung cấp cổng có STARTTLS (587) hoặc TLS (465)"
	case step != nil && step.Step == mail.Secured:
		f.Grade, f.Found = "lỗi", s.Server()+": không lập được đường truyền kín ("+step.Err.Error()+")"
		f.Do = "hỏi nhà cung cấp cổng có STARTTLS (thường 587) hoặc TLS (465, viết smtps://), và tên máy chủ đúng như trên chứng chỉ"
	case step != nil && step.Step == mail.SignedIn:
		f.Grade, f.Found = "lỗi", s.Server()+": không nhận tên hoặc mật khẩu ("+step.Err.Error()+")"
		f.Do = "kiểm tra tên và mật khẩu trong LANTOA_SMTP_URL; nhiều nhà cung cấp đòi mật khẩu ứng dụng riêng"
	default:
		f.Grade, f.Found = "lỗi", s.Server()+": không trả lời ("+err.Error()+")"
		f.Do = "kiểm tra tên máy chủ, cổng và tường lửa; nhiều nơi đặt máy chặn cổng 25, hãy dùng 587"
	}
	return f
}

// resolver is what is asked about the domain.
type resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// dkimNames are selectors that common mail services publish their keys under. A domain's own may have any name.
var dkimNames = []string{"default", "dkim", "mail", "google", "selector1", "selector2", "k1", "s1", "zoho", "lantoa"}

// examineDomain asks DNS what it says of mails from a domain: who may send them (SPF), keys of signatures (DKIM), and
// what others shall do with mails that have neither (DMARC). Whether the relay's own address agrees with SPF only a mail
// that arrived can show.
func examineDomain(ctx context.Context, dns resolver, domain string) []finding {
	ctx, cancel := context.WithTimeout(ctx, dnsPatience)
	defer cancel()
	what := "tên miền gửi thư " + domain
	spf, err := txt(ctx, dns, domain, "v=spf1")
	if err != nil {
		return []finding{{"lưu ý", what, "không kiểm tra được vì không hỏi được DNS", "chạy lại lantoa doctor khi máy có mạng"}}
	}
	return []finding{judgeSPF(what, spf), examineDKIM(ctx, dns, what, domain), judgeDMARC(what, domain, organisationTXT(ctx, dns, domain))}
}

// txt are the records of a name that begin in a way. A name that is not there has none; only silence is an error.
func txt(ctx context.Context, dns resolver, name, begins string) (found []string, err error) {
	all, err := dns.LookupTXT(ctx, name)
	var no *net.DNSError
	if errors.As(err, &no) && no.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(t)), begins) {
			found = append(found, strings.ToLower(strings.TrimSpace(t)))
		}
	}
	return found, nil
}

func judgeSPF(what string, spf []string) finding {
	f := finding{"tốt", what + ", SPF", "", ""}
	switch {
	case len(spf) == 0:
		f.Grade, f.Found = "lỗi", "chưa có bản ghi SPF: nhiều hộp thư sẽ coi là thư rác"
		f.Do = "xin nhà cung cấp máy chủ thư dòng SPF của họ và thêm vào DNS, ví dụ: v=spf1 include:… ~all"
	case len(spf) > 1:
		f.Grade, f.Found = "lỗi", fmt.Sprintf("có %d bản ghi SPF, như vậy không bản nào có giá trị", len(spf))
		f.Do = "gộp thành một bản ghi v=spf1"
	case strings.Contains(spf[0], "+all"):
		f.Grade, f.Found, f.Do = "lỗi", "SPF cho phép bất cứ ai gửi thay (+all)", "đổi +all thành ~all"
	case !strings.Contains(spf[0], "all") && !strings.Contains(spf[0], "redirect="):
		f.Grade, f.Found, f.Do = "lưu ý", "SPF không nói gì về máy chủ khác: "+spf[0], "thêm ~all ở cuối"
	default:
		f.Found, f.Do = spf[0], "hỏi nhà cung cấp: máy chủ gửi thư của họ đã nằm trong dòng này chưa, và địa chỉ trả thư (Return-Path) có cùng tên miền không"
	}
	return f
}

// examineDKIM looks under common names only, and says so.
func examineDKIM(ctx context.Context, dns resolver, what, domain string) finding {
	var found []string
	for _, name := range dkimNames {
		keys, err := dns.LookupTXT(ctx, name+"._domainkey."+domain)
		if err == nil && slices.ContainsFunc(keys, func(k string) bool {
			return strings.Contains(k, "p=") && !strings.HasSuffix(strings.TrimSpace(k), "p=")
		}) {
			found = append(found, name)
		}
	}
	if len(found) > 0 {
		return finding{"tốt", what + ", DKIM", "có khóa chữ ký: " + strings.Join(found, ", "), ""}
	}
	return finding{"lưu ý", what + ", DKIM", "không thấy khóa chữ ký dưới các tên thường dùng; có thể nhà cung cấp dùng tên khác",
		"hỏi nhà cung cấp: thư có được ký DKIM bằng đúng tên miền " + domain + " (d=" + domain + ") không, và bản ghi nào cần thêm vào DNS"}
}

// organisationTXT is the DMARC record of a domain or of the one above it.
func organisationTXT(ctx context.Context, dns resolver, domain string) []string {
	for name := domain; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		found, err := txt(ctx, dns, "_dmarc."+name, "v=dmarc1")
		if err != nil || len(found) > 0 {
			return found
		}
	}
	return nil
}

func judgeDMARC(what, domain string, dmarc []string) finding {
	f := finding{"tốt", what + ", DMARC", "", ""}
	switch {
	case len(dmarc) == 0:
		f.Grade, f.Found = "lưu ý", "chưa có bản ghi DMARC; Gmail và Yahoo đòi có khi gửi nhiều"
		f.Do = "thêm bản ghi TXT cho _dmarc." + domain + ": v=DMARC1; p=none; rua=mailto:…; sau vài tuần yên ổn đổi thành p=quarantine"
	case strings.Contains(dmarc[0], "adkim=s") || strings.Contains(dmarc[0], "aspf=s"):
		f.Grade, f.Found = "lưu ý", dmarc[0]
		f.Do = "bản ghi đòi tên miền trùng khít: hỏi nhà cung cấp chữ ký DKIM và địa chỉ trả thư có đúng là " + domain + " không"
	default:
		f.Found = dmarc[0]
	}
	return f
}
