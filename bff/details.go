package bff

import (
	"strconv"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/minzhengtong/minzhengtong/i18n"
)

// domain says whose reasons ErrorInfo holds.
const domain = "minzhengtong"

// details are what comes with every error: the stable reason, the sentence to
// show with its language, and where they apply the fields at fault and how long
// to wait.
func (s *server) details(a answer, language i18n.Language, text string) []proto.Message {
	details := []proto.Message{
		&errdetails.ErrorInfo{Reason: a.fault.Reason(), Domain: domain},
		&errdetails.LocalizedMessage{Locale: string(s.words.LanguageOf(language, a.fault.Reason())), Message: text},
	}
	if violations := s.violations(a, language, text); len(violations) > 0 {
		details = append(details, &errdetails.BadRequest{FieldViolations: violations})
	}
	if wait := a.fault.RetryAfter(); wait > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(wait)})
	}
	return details
}

func (s *server) violations(a answer, language i18n.Language, text string) []*errdetails.BadRequest_FieldViolation {
	if field := a.fault.Field(); field != "" {
		return []*errdetails.BadRequest_FieldViolation{{Field: field, Description: text, Reason: a.fault.Reason()}}
	}
	if a.invalid == nil {
		return nil
	}
	violations := make([]*errdetails.BadRequest_FieldViolation, len(a.invalid.Violations))
	for i, v := range a.invalid.Violations {
		violations[i] = s.violation(v, language)
	}
	return violations
}

// violation words a broken rule of the contract. The value and protovalidate's
// own English text stay here.
func (s *server) violation(v *protovalidate.Violation, language i18n.Language) *errdetails.BadRequest_FieldViolation {
	id := s.words.ValidationID(v.Proto.GetRuleId())
	return &errdetails.BadRequest_FieldViolation{
		Field:       path(v.Proto.GetField()),
		Description: s.words.Text(language, id, nil),
		Reason:      id,
	}
}

// path names a field as the contract does: document.number, questions[2].name. A
// map's key is data and is left out.
func path(field *validate.FieldPath) string {
	var b strings.Builder
	for _, element := range field.GetElements() {
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(element.GetFieldName())
		if index, ok := element.GetSubscript().(*validate.FieldPathElement_Index); ok {
			b.WriteString("[" + strconv.FormatUint(index.Index, 10) + "]")
		}
	}
	return b.String()
}
