// Package languagerpc serves minzhengtong.language.v1: [Handler] explains words
// to anybody, [Preferences] keeps how somebody reads.
package languagerpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1"
	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/term"
)

var (
	errLanguage = fault.New(fault.Invalid, "LANGUAGE_UNKNOWN")
	errTerm     = fault.New(fault.NotFound, "TERM_NOT_FOUND")
)

// Handler explains words. It holds no data but the catalogues and the glossary.
type Handler struct{ Words *i18n.Bundle }

// autonyms are the languages' own names for themselves.
var autonyms = map[i18n.Language]string{
	i18n.HantTW: "繁體中文（臺灣）", i18n.Hans: "简体中文", i18n.English: "English", i18n.Minnan: "閩南語漢字",
}

// ListLanguages implements the procedure.
func (h *Handler) ListLanguages(context.Context, *pb.ListLanguagesRequest) (*pb.ListLanguagesResponse, error) {
	return &pb.ListLanguagesResponse{Languages: contract.Each(i18n.Languages(), languageToAPI)}, nil
}

func languageToAPI(l i18n.Language) *pb.Language {
	out := &pb.Language{Tag: string(l), Name: autonyms[l]}
	if l.Partial() {
		out.Base = string(l.Base())
	}
	return out
}

// readLanguage is the language that a request asks for, or the caller's.
func readLanguage(ctx context.Context, tag string) (i18n.Language, error) {
	if tag == "" {
		return call.Language(ctx), nil
	}
	language, ok := i18n.ParseLanguage(tag)
	if !ok {
		return "", errLanguage.On("language")
	}
	return language, nil
}

// How many terms a look-up shows.
const (
	usualTerms = 20
	mostTerms  = 50
)

// LookUpTerms implements the procedure.
func (h *Handler) LookUpTerms(ctx context.Context, req *pb.LookUpTermsRequest) (*pb.LookUpTermsResponse, error) {
	size := int(req.GetPageSize())
	if size == 0 {
		size = usualTerms
	}
	found := term.LookUp(req.GetQuery(), min(size, mostTerms))
	return &pb.LookUpTermsResponse{
		Terms: contract.Each(found, func(e term.Entry) *pb.Term { return termToAPI(ctx, e) }),
	}, nil
}

// GetTerm implements the procedure.
func (h *Handler) GetTerm(ctx context.Context, req *pb.GetTermRequest) (*pb.GetTermResponse, error) {
	entry, ok := term.Get(term.ID(req.GetId()))
	if !ok {
		return nil, errTerm
	}
	return &pb.GetTermResponse{Term: termToAPI(ctx, entry)}, nil
}

var (
	termKinds = map[term.Kind]pb.TermKind{
		term.Legal:       pb.TermKind_TERM_KIND_LEGAL,
		term.FalseFriend: pb.TermKind_TERM_KIND_FALSE_FRIEND,
		term.Word:        pb.TermKind_TERM_KIND_WORD,
	}
	shores = map[term.Shore]pb.Shore{
		term.Mainland: pb.Shore_SHORE_MAINLAND,
		term.Taiwan:   pb.Shore_SHORE_TAIWAN,
		term.Both:     pb.Shore_SHORE_BOTH,
	}
)

// termToAPI translates a term for the caller.
func termToAPI(ctx context.Context, e term.Entry) *pb.Term {
	language := string(call.Language(ctx).Base())
	return &pb.Term{
		Id: string(e.ID), Kind: termKinds[e.Kind], Shore: shores[e.Shore],
		Name: e.Name(language), Simplified: e.Name(term.Hans), Traditional: e.Name(term.HantTW),
		Definition: e.Definition(language), Counterpart: e.Near(language), Difference: e.Difference(language),
		Source: e.Source, Confidence: e.Confidence,
	}
}
