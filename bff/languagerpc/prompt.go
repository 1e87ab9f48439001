package languagerpc

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1"
	"github.com/minzhengtong/minzhengtong/i18n"
)

var (
	errPrompt   = fault.New(fault.NotFound, "UNKNOWN_PROMPT")
	errArgument = fault.New(fault.Invalid, "UNFIT_ARGUMENT")
)

// promptPrefix begins the IDs of what is spoken.
const promptPrefix = "PROMPT_"

// ListPrompts implements the procedure.
func (h *Handler) ListPrompts(ctx context.Context, req *pb.ListPromptsRequest) (*pb.ListPromptsResponse, error) {
	language, err := readLanguage(ctx, req.GetLanguage())
	if err != nil {
		return nil, err
	}
	ids := slices.DeleteFunc(h.Words.IDs(), func(id string) bool { return !strings.HasPrefix(id, promptPrefix) })
	prompt := func(id string) *pb.Prompt {
		return &pb.Prompt{Id: id, Arguments: h.Words.Parameters(id), Text: h.Words.Text(language, id, nil)}
	}
	return &pb.ListPromptsResponse{Prompts: contract.Each(ids, prompt), Language: string(language)}, nil
}

// WordPrompt implements the procedure.
func (h *Handler) WordPrompt(ctx context.Context, req *pb.WordPromptRequest) (*pb.WordPromptResponse, error) {
	language, err := readLanguage(ctx, req.GetLanguage())
	if err != nil {
		return nil, err
	}
	id := req.GetId()
	if !strings.HasPrefix(id, promptPrefix) || !h.Words.Has(id) {
		return nil, errPrompt
	}
	if err := checkArguments(h.Words.Parameters(id), req.GetArguments()); err != nil {
		return nil, err
	}
	text := h.Words.For(i18n.Reader{Language: language, Calendar: call.Calendar(ctx)}, id, req.GetArguments())
	return &pb.WordPromptResponse{Text: text, Language: string(h.Words.LanguageOf(language, id))}, nil
}

// checkArguments fails with UNFIT_ARGUMENT unless the arguments are all that a
// prompt needs and no others, each something that can be said.
func checkArguments(needed []string, given map[string]string) error {
	if len(given) != len(needed) {
		return errArgument.On("arguments")
	}
	for _, name := range needed {
		if value, ok := given[name]; !ok || !sayable(name, value) {
			return errArgument.With("Argument", name).On("arguments")
		}
	}
	return nil
}

// sayable reports whether a value can stand in a sentence: one line with
// something on it, and for a count a whole number.
func sayable(name, value string) bool {
	if name == "Count" {
		n, err := strconv.Atoi(value)
		return err == nil && n >= 0
	}
	return strings.TrimSpace(value) != "" && !strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsGraphic(r) })
}
