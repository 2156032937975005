package words

import "time"

// FormText is the words in which a unit is asked for the figures of a month, to be copied into Zalo: nothing sends
// them by itself.
func (c *Catalog) FormText(unit, month, link string, closes time.Time) string {
	return c.T("report.zalo", "unit", unit, "month", month, "link", link, "day", c.Date(closes.Add(-time.Second)))
}

// FormLetter is the letter that reminds a unit of the figures of a month.
func (c *Catalog) FormLetter(name, unit, month, link string, closes time.Time) (subject, body string) {
	if name == "" {
		name = c.T("report.letter.sister")
	}
	return c.T("report.letter.subject", "unit", unit, "month", month),
		c.T("report.letter.body", "name", name, "unit", unit, "month", month, "link", link, "day", c.Date(closes.Add(-time.Second)))
}

// Invitation is the words that go with the links of a unit, to be copied into Zalo.
func (c *Catalog) Invitation(name, unit, report, tell, connect string, ends time.Time) string {
	if name == "" {
		name = c.T("report.letter.sister")
	}
	return c.T("report.invitation", "name", name, "unit", unit, "report", report, "tell", tell, "connect", connect, "day", c.Date(ends))
}
