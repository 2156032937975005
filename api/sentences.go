package api

import (
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa/internal/words"
)

// sentence is something that only this door says. The catalogue holds it under "api." and this name: what
// happened in .what, with {param} and {why} to be filled in, and in .do what to do.
type sentence string

const (
	noToken         sentence = "no_token"
	badToken        sentence = "bad_token"
	crossSite       sentence = "cross_site"
	tooOften        sentence = "too_often"
	tooSlow         sentence = "too_slow"
	unforeseen      sentence = "unforeseen"
	noSuchCall      sentence = "no_such_call"
	wrongMethod     sentence = "wrong_method"
	badParam        sentence = "bad_param"
	unknownParam    sentence = "unknown_param"
	noParam         sentence = "no_param"
	twice           sentence = "twice"
	badValue        sentence = "bad_value"
	notThere        sentence = "not_there"
	badQuery        sentence = "bad_query"
	badBody         sentence = "bad_body"
	badField        sentence = "bad_field"
	badCursor       sentence = "bad_cursor"
	badID           sentence = "bad_id"
	badDates        sentence = "bad_dates"
	noUnit          sentence = "no_unit"
	notYours        sentence = "not_yours"
	notAllowed      sentence = "not_allowed"
	putAway         sentence = "put_away"
	noQueue         sentence = "no_queue"
	searchAway      sentence = "search_away"
	metricsShut     sentence = "metrics_shut"
	nothingToChange sentence = "nothing_to_change"
	channelThere    sentence = "channel_there"
	ingestUnsigned  sentence = "ingest_unsigned"
	ingestSkewed    sentence = "ingest_skewed"
	ingestSignature sentence = "ingest_signature"
	ingestAgain     sentence = "ingest_again"
	ingestErased    sentence = "ingest_erased"
	ingestAmbiguous sentence = "ingest_ambiguous"
	ingestNoGroup   sentence = "ingest_no_group"
	noSite          sentence = "no_site"
	onlySites       sentence = "only_sites"
	badSite         sentence = "bad_site"
	noPageFinder    sentence = "no_page_finder"

	reshareState     sentence = "reshare_state"
	reshareLate      sentence = "reshare_late"
	reshareWithdrawn sentence = "reshare_withdrawn"
	reshareConsent   sentence = "reshare_consent"
	reshareArchived  sentence = "reshare_archived"
	reshareArticle   sentence = "reshare_article"
	reshareThere     sentence = "reshare_there"
	reshareKey       sentence = "reshare_key"
	reshareMeans     sentence = "reshare_means"
	reshareApproval  sentence = "reshare_approval"
	reshareSecond    sentence = "reshare_second"
	reshareReword    sentence = "reshare_reword"
	reshareNoCall    sentence = "reshare_no_call"
	reshareRefused   sentence = "reshare_refused"
	reshareUnclear   sentence = "reshare_unclear"
	reshareCredit    sentence = "reshare_credit"
	reshareEmpty     sentence = "reshare_empty"
	reshareLong      sentence = "reshare_long"
)

// want is the second half of a sentence, under "api.want.": what would have been right.
type want string

const (
	wantEnum    want = "enum"    // {values}
	wantRange   want = "range"   // {from}, {to}
	wantFewer   want = "fewer"   // {most}
	wantSmaller want = "smaller" // {most}
	wantShorter want = "shorter" // {most}
	wantNumber  want = "number"
	wantDate    want = "date"
	wantWeek    want = "week"
	wantField   want = "field"
	wantNoField want = "no_field"
)

// in fills a half in; values come in pairs, a name and its value.
func (w want) in(c *words.Catalog, values ...any) string {
	return c.T("api.want."+string(w), values...)
}

// happened is what happened. Values that came with the request are shortened.
func (s sentence) happened(c *words.Catalog, param, why string) string {
	return c.T("api."+string(s)+".what", "param", shorten(param), "why", shorten(why))
}

func (s sentence) todo(c *words.Catalog) string { return c.T("api." + string(s) + ".do") }

func shorten(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// titleOf is the short name of a status.
func titleOf(c *words.Catalog, status int) string {
	if key := "api.title." + strconv.Itoa(status); c.Has(key) {
		return c.T(key)
	}
	return strconv.Itoa(status)
}
