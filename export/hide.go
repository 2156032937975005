package export

import (
	"regexp"

	"github.com/hoiphunu/lantoa/internal/words"
)

// phone is a number that can be dialled in Viet Nam, in one piece or in groups the first of which has three digits at
// least: by that a day or a sum of money is none.
var phone = regexp.MustCompile(`(?:(?:\+|\b)84[ .\-()]{0,2}|\b0)(?:[35789]\d[ .\-]?\d(?:[ .\-]?\d){6}|2\d{1,2}[ .\-()]{0,2}\d(?:[ .\-]?\d){6,7})\b`)

var mail = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`)

// hide takes telephone numbers and mail addresses out of a text.
func hide(say *words.Catalog, text string) string {
	text = phone.ReplaceAllString(text, say.T("export.hidden.phone"))
	return mail.ReplaceAllString(text, say.T("export.hidden.mail"))
}
