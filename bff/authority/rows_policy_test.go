package authority_test

import (
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	languagev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
)

// languageRows: whoever is signed in keeps the own setting, and everybody may ask
// about words.
func languageRows() map[string]row {
	const service, preference = "language.v1.LanguageService/", "language.v1.PreferenceService/"
	return map[string]row{
		service + "ListLanguages": {request: func(*cell) proto.Message { return &languagev1.ListLanguagesRequest{} }},
		service + "LookUpTerms":   {request: func(*cell) proto.Message { return &languagev1.LookUpTermsRequest{Query: "增值稅"} }},
		service + "GetTerm": {extra: []relation{guessed}, request: func(c *cell) proto.Message {
			if c.rel == guessed {
				return &languagev1.GetTermRequest{Id: "no_such_term"}
			}
			return &languagev1.GetTermRequest{Id: "value_added_tax"}
		}},
		service + "ListPrompts": {request: func(*cell) proto.Message { return &languagev1.ListPromptsRequest{} }},
		service + "WordPrompt": {extra: []relation{guessed}, request: func(c *cell) proto.Message {
			if c.rel == guessed {
				return &languagev1.WordPromptRequest{Id: "PROMPT_NO_SUCH"}
			}
			return &languagev1.WordPromptRequest{Id: "PROMPT_WELCOME"}
		}},
		preference + "GetPreference": {request: func(*cell) proto.Message { return &languagev1.GetPreferenceRequest{} }},
		preference + "SetPreference": {request: func(*cell) proto.Message {
			return &languagev1.SetPreferenceRequest{Preference: &languagev1.Preference{Language: "zh-Hans"}}
		}},
	}
}

// announcement is a text that somebody of the caller's department drafted, or of
// another one. It concerns no person.
func announcement(c *cell, _ side) string {
	c.t.Helper()
	author := c.officer(hall, actor.Review)
	switch c.rel {
	case elsewhere:
		author = c.officer(there, actor.Review)
	case another:
		author = c.officer(tax, actor.Review)
	case maker:
		author = c.by
	}
	p, err := c.Policies.Draft(c.t.Context(), author, policy.Draft{
		Title: "示例通知", Body: "示例内容，虚构。", Language: "zh-Hans", Issuer: "示例机关（虚构）",
	})
	c.must("draft a text", err)
	switch {
	case c.rel == deleted:
		_, err = c.Policies.Withdraw(c.t.Context(), author, p.ID)
		c.must("withdraw a text", err)
	case c.proc.public():
		_, err = c.Policies.Publish(c.t.Context(), c.officer(hall, actor.Approve), p.ID)
		c.must("publish a text", err)
	}
	return string(p.ID)
}

func policyRows() map[string]row {
	const service, desk = "policy.v1.PolicyService/", "policy.v1.DeskService/"
	one := func(request func(c *cell) proto.Message) row {
		return row{
			account: true, target: announcement, extra: []relation{maker}, request: request,
			open: map[relation]string{
				elsewhere: "a department looks after its texts wherever its officers work",
				deleted:   "a department sees what it has withdrawn",
			},
		}
	}
	return map[string]row{
		service + "GetPolicy": {extra: []relation{deleted, guessed}, request: func(c *cell) proto.Message {
			if c.rel == guessed {
				c.aim(nil)
				return &pb.GetPolicyRequest{Id: c.target}
			}
			return &pb.GetPolicyRequest{Id: announcement(c, side{})}
		}},
		service + "SearchPolicies": {request: func(*cell) proto.Message { return &pb.SearchPoliciesRequest{Query: "示例"} }},
		desk + "DraftPolicy": {request: func(*cell) proto.Message {
			return &pb.DraftPolicyRequest{Title: "示例通知", Body: "示例内容，虚构。", SourceLanguage: "zh-Hans", Issuer: "示例机关（虚构）"}
		}},
		desk + "ListDrafts":     {request: func(*cell) proto.Message { return &pb.ListDraftsRequest{} }},
		desk + "PublishPolicy":  one(func(c *cell) proto.Message { return &pb.PublishPolicyRequest{Id: c.target} }),
		desk + "WithdrawPolicy": one(func(c *cell) proto.Message { return &pb.WithdrawPolicyRequest{Id: c.target, Reason: "a mistake"} }),
	}
}
