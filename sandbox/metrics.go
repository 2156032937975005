package sandbox

import (
	"strings"
	"time"
)

// Metrics live and die out of cycle, for all versions at once; the table says on which day.
var (
	wave2024 = time.Date(2024, 9, 16, 0, 0, 0, 0, time.UTC).Unix()
	wave2025 = time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC).Unix()
	wave2026 = reachRetired.Unix()
)

const forever = int64(1) << 40

// pageMetrics and postMetrics say until when a metric answers.
var (
	pageMetrics = lives(map[int64]string{
		forever:  "page_media_view page_total_media_view_unique page_post_engagements page_views_total page_total_actions page_follows page_daily_follows page_daily_follows_unique page_daily_unfollows_unique page_lifetime_engaged_followers_unique",
		wave2026: "page_impressions_unique page_impressions_paid_unique page_impressions_viral_unique page_impressions_nonviral_unique page_posts_impressions page_posts_impressions_unique page_video_views_unique",
		wave2025: "page_fans page_fan_adds page_fan_adds_unique page_fan_removes page_fan_removes_unique page_impressions page_impressions_paid page_impressions_viral page_impressions_nonviral",
		wave2024: "page_engaged_users page_negative_feedback page_positive_feedback_by_type",
	})
	postMetrics = lives(map[int64]string{
		forever:  "post_media_view post_total_media_view_unique post_clicks post_clicks_by_type post_reactions_by_type_total post_reactions_like_total post_reactions_love_total post_reactions_wow_total post_reactions_haha_total post_reactions_sorry_total post_reactions_anger_total post_activity_by_action_type post_video_views",
		wave2026: "post_impressions_unique post_impressions_paid_unique post_impressions_organic_unique post_video_views_unique",
		wave2025: "post_impressions post_impressions_paid post_impressions_fan post_impressions_organic",
		wave2024: "post_engaged_users post_negative_feedback",
	})
)

func lives(table map[int64]string) map[string]int64 {
	out := map[string]int64{}
	for until, names := range table {
		for _, name := range strings.Fields(names) {
			out[name] = until
		}
	}
	return out
}

// asked splits a list of metrics, and says with which error the whole call fails, if it does: one unknown
// or dead name makes the call answer nothing.
func (s *Sandbox) asked(list string, alive map[string]int64, now int64, page string) ([]string, *answer) {
	var names []string
	for _, name := range strings.Split(strings.Trim(list, "[]"), ",") {
		if name = strings.Trim(name, "'\" "); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		a := answer{status: 400, body: []byte(`{"error":{"message":"Invalid query","type":"OAuthException","code":3001,"error_subcode":1504028,"is_transient":false,"error_user_title":"No Metric Specified","error_user_msg":"No metric was specified to be fetched. Please specify one or more metrics to be fetched and try again.","fbtrace_id":"ASandbox3001"}}`)}
		return nil, &a
	}
	for _, name := range names {
		if until, ok := alive[name]; !ok || now >= until || s.faults.retired(name, page, now) {
			a := graphError{status: 400, code: 100, message: "(#100) The value must be a valid insights metric"}.answer()
			return nil, &a
		}
	}
	return names, nil
}
