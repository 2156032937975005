package sandbox

import (
	"slices"
	"strings"
)

// named are the errors of the Graph API that a fault can name, as "<name>-<code>[-<subcode>]". Where a collector goes
// by the words of an error, the words are Facebook's.
var named = map[string]graphError{
	"unknown-1":                    {status: 500, code: 1, subcode: 99, message: "An unknown error occurred"},
	"reduce-data-1":                {status: 500, code: 1, message: "Please reduce the amount of data you're asking for, then retry your request"},
	"service-2":                    {status: 500, code: 2, transient: true, message: "An unexpected error has occurred. Please retry your request later."},
	"capability-3":                 {status: 400, code: 3, message: "(#3) Application does not have the capability to make this API call."},
	"app-limit-4":                  {status: 403, code: 4, transient: true, message: "(#4) Application request limit reached"},
	"permission-10":                {status: 400, code: 10, message: "(#10) This endpoint requires the 'pages_read_engagement' permission."},
	"removed-12":                   {status: 400, code: 12, message: "(#12) This call is deprecated for this version"},
	"user-limit-17":                {status: 400, code: 17, subcode: 2446079, transient: true, message: "(#17) User request limit reached"},
	"page-limit-32":                {status: 400, code: 32, message: "(#32) Page request limit reached"},
	"object-gone-33":               {status: 400, code: 33, message: "(#33) This object does not exist or does not support this action"},
	"dead-metric-100":              {status: 400, code: 100, message: "(#100) The value must be a valid insights metric"},
	"bad-field-100":                {status: 400, code: 100, message: "(#100) Tried accessing nonexisting field (reach) on node type (PagePost)"},
	"limit-over-100":               {status: 400, code: 100, message: "(#100) Please reduce the limit: the limit must not exceed 100"},
	"too-many-ids-100":             {status: 400, code: 100, message: "(#100) Too many IDs. Maximum: 50. Provided: 54."},
	"cursor-too-deep-100":          {status: 400, code: 100, message: "(#100) The After Cursor specified exceeds the max limit supported by this endpoint"},
	"object-gone-100-33":           {status: 400, code: 100, subcode: 33, kind: "GraphMethodException", message: "Unsupported get request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation."},
	"session-102":                  {status: 400, code: 102, message: "Session key invalid or no longer valid"},
	"token-190":                    {status: 400, code: 190, message: "Invalid OAuth access token - Cannot parse access token"},
	"token-190-458":                {status: 400, code: 190, subcode: 458, message: "Error validating access token: the application was removed."},
	"token-190-459":                {status: 400, code: 190, subcode: 459, message: "Error validating access token: the person must log in at www.facebook.com first."},
	"token-190-460":                {status: 400, code: 190, subcode: 460, message: "Error validating access token: the password was changed."},
	"token-190-463":                {status: 400, code: 190, subcode: 463, message: "Error validating access token: Session has expired."},
	"token-190-464":                {status: 400, code: 190, subcode: 464, message: "Error validating access token: the user is not a confirmed user."},
	"token-190-467":                {status: 400, code: 190, subcode: 467, message: "Error validating access token: the user logged out."},
	"token-190-492":                {status: 400, code: 190, subcode: 492, message: "Error validating access token: The user is not an administrator of the page."},
	"permission-200":               {status: 403, code: 200, message: "(#200) Requires pages_read_engagement permission to manage the object"},
	"permission-210":               {status: 400, code: 210, message: "(#210) A page access token is required to request this resource."},
	"permission-283":               {status: 403, code: 283, message: "(#283) Requires pages_read_engagement permission to manage the object"},
	"app-limit-341":                {status: 400, code: 341, message: "(#341) Feed action request limit reached"},
	"blocked-368":                  {status: 400, code: 368, message: "The action attempted has been deemed abusive or is otherwise disallowed"},
	"posting-too-fast-368-1390008": {status: 400, code: 368, subcode: 1390008, message: "We limit how often you can post, comment or do other things in a given amount of time."},
	"already-posted-368":           {status: 400, code: 368, message: "You've already posted this."},
	"duplicate-506":                {status: 400, code: 506, message: "(#506) Duplicate status message"},
	"custom-limit-613":             {status: 400, code: 613, message: "(#613) Calls to this api have exceeded the rate limit."},
	"volume-613-1996":              {status: 400, code: 613, subcode: 1996, message: "(#613) Calls to this api have exceeded the rate limit."},
	"alias-803":                    {status: 404, code: 803, message: "(#803) Some of the aliases you requested do not exist"},
	"link-1609005":                 {status: 400, code: 1609005, message: "(#1609005) Error Posting Link"},
	"no-token-2500":                {status: 400, code: 2500, message: "An active access token must be used to query information about the current user."},
	"no-metric-3001":               {status: 400, code: 3001, subcode: 1504028, message: "Invalid query"},
	"page-limit-80001":             {status: 400, code: 80001, message: "(#80001) There have been too many calls to this Page account."},
	"instagram-80002":              {status: 400, code: 80002, message: "(#80002) There have been too many calls to this Instagram account."},
	"unknown-code-999999":          {status: 400, code: 999999, message: "Something new"},
}

// zaloCodes are the error codes of Zalo that a fault can name, with its words for them where they matter.
var zaloCodes = map[string]string{
	"-32": "Your application reached limit call api", "-100": "Attachment has expired", "-124": "Access token invalid", "-200": "Send message failed",
	"-201": "Parameter is invalid", "-204": "Official Account was removed", "-205": "Official Account does not exist", "-209": "Application is not activated",
	"-210": "Parameter exceeds allowable limit", "-211": "Out of quota", "-212": "API product is not registered", "-213": "User has not followed OA",
	"-214": "Article is being processed", "-216": "Access token is invalid", "-217": "User blocked invitations", "-218": "Receive limit reached",
	"-219": "Application was removed or disabled", "-220": "Access token has expired or is no longer valid", "-221": "OA is not verified",
	"-223": "OA has not granted this API", "-224": "OA needs to upgrade its package", "-227": "User is inactive", "-230": "User has not interacted",
	"-232": "No interaction", "-233": "Message type is not supported", "-234": "Not allowed at this time", "-235": "API does not support this type of OA",
	"-237": "The group is disabled", "-238": "Asset is used", "-240": "API v2 was shut down", "-241": "Asset is disabled", "-242": "appsecret_proof is invalid",
	"-244": "User restricted this type", "-248": "Violates the standards of the platform", "-320": "Zalo Cloud Account is not linked", "-321": "Out of money",
	"-403": "OA is not in group", "-9999": "Something new",
}

// knownFault says whether a kind of fault exists.
func knownFault(kind string) bool {
	_, graph := named[kind]
	_, zalo := zaloCodes[kind]
	return graph || zalo || slices.Contains(faultKinds, kind)
}

// faultNames are all kinds there are, for the one who misspelt one.
func faultNames() string {
	all := slices.Clone(faultKinds)
	for kind := range named {
		all = append(all, kind)
	}
	for code := range zaloCodes {
		if !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}
