package bff_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	"github.com/minzhengtong/minzhengtong/i18n"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		err    error
		code   connect.Code
		reason string
		logged bool
	}{
		{"invalid", fault.New(fault.Invalid, "LINK_KINDS"), connect.CodeInvalidArgument, "LINK_KINDS", false},
		{"sign in", fault.New(fault.SignIn, "SIGN_IN_FAILED"), connect.CodeUnauthenticated, "SIGN_IN_FAILED", false},
		{"denied", fault.New(fault.Denied, "NOT_ALLOWED"), connect.CodePermissionDenied, "NOT_ALLOWED", false},
		{"not found", fault.New(fault.NotFound, "NOT_FOUND"), connect.CodeNotFound, "NOT_FOUND", false},
		{"conflict", fault.New(fault.Conflict, "STALE"), connect.CodeAborted, "STALE", false},
		{"precondition", fault.New(fault.Precondition, "LINK_CONTRADICTED"), connect.CodeFailedPrecondition, "LINK_CONTRADICTED", false},
		{"exhausted", fault.New(fault.Exhausted, "SIGN_IN_TOO_OFTEN"), connect.CodeResourceExhausted, "SIGN_IN_TOO_OFTEN", false},
		{"unavailable", fault.New(fault.Unavailable, "AUTHORITY_UNAVAILABLE"), connect.CodeUnavailable, "AUTHORITY_UNAVAILABLE", true},
		{"internal", fault.New(fault.Internal, "INTERNAL"), connect.CodeInternal, "INTERNAL", true},
		{"wrapped", fmt.Errorf("get home: %w", fault.New(fault.Conflict, "STALE")), connect.CodeAborted, "STALE", false},
		{"no fault", errors.New("disk on fire"), connect.CodeInternal, "INTERNAL", true},
		{"a connect error of a neighbour's", connect.NewError(connect.CodeNotFound, errors.New("disk on fire")), connect.CodeInternal, "INTERNAL", true},
		{"canceled while the caller waits", context.Canceled, connect.CodeCanceled, "TIMED_OUT", true},
		{"timed out while the caller waits", context.DeadlineExceeded, connect.CodeDeadlineExceeded, "TIMED_OUT", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, stubs{home: func(context.Context) (*homev1.GetHomeResponse, error) { return nil, tt.err }})
			for _, w := range wires(t) {
				for _, language := range []string{"zh-Hant-TW", "zh-Hans", "en"} {
					_, err := w.getHome(t.Context(), f, personToken, language)
					checkError(t, err, tt.code, tt.reason, language)
				}
				if strings.Contains(w.seen.String(), "disk on fire") {
					t.Errorf("%s: the answer quotes the error", w.name)
				}
			}
			if got := strings.Contains(f.logs.String(), `"msg":"call failed"`); got != tt.logged {
				t.Errorf("logged is %v, want %v", got, tt.logged)
			}
		})
	}
}

func TestErrorDetails(t *testing.T) {
	t.Parallel()
	err := fault.New(fault.Exhausted, "SIGN_IN_TOO_OFTEN").On("number").On("document").After(90 * time.Second)
	f := start(t, stubs{home: func(context.Context) (*homev1.GetHomeResponse, error) { return nil, err }})
	for _, w := range wires(t) {
		_, err := w.getHome(t.Context(), f, personToken, "en")
		if got := detail[*errdetails.RetryInfo](err).GetRetryDelay().AsDuration(); got != 90*time.Second {
			t.Errorf("%s: wait is %v, want 90s", w.name, got)
		}
		bad := detail[*errdetails.BadRequest](err).GetFieldViolations()
		if len(bad) != 1 || bad[0].GetField() != "document.number" || bad[0].GetReason() != "SIGN_IN_TOO_OFTEN" {
			t.Errorf("%s: violations are %v, want one of document.number", w.name, bad)
		}
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	tests := []struct {
		name   string
		req    *sessionv1.StartSignInRequest
		field  string
		reason string
	}{
		{"no document", &sessionv1.StartSignInRequest{}, "document", "VALIDATION_REQUIRED"},
		{"empty number", &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{}}, "document.number", "VALIDATION_STRING_MIN_LEN"},
		{"long number", &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{Number: strings.Repeat("SECRET", 20)}}, "document.number", "VALIDATION_STRING_MAX_LEN"},
		{"unknown kind", &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{Kind: 99, Number: "SECRET"}}, "document.kind", "VALIDATION_ENUM_DEFINED_ONLY"},
	}
	for _, tt := range tests {
		for _, w := range wires(t) {
			err := w.startSignIn(t.Context(), f, "zh-TW", tt.req)
			checkError(t, err, connect.CodeInvalidArgument, "REQUEST_INVALID", "zh-Hant-TW")
			bad := detail[*errdetails.BadRequest](err).GetFieldViolations()
			if len(bad) != 1 || bad[0].GetField() != tt.field || bad[0].GetReason() != tt.reason {
				t.Fatalf("%s, %s: violations are %v, want %s of %s", tt.name, w.name, bad, tt.reason, tt.field)
			}
			bundle, _ := words()
			if want := bundle.Text(i18n.HantTW, tt.reason, nil); bad[0].GetDescription() != want {
				t.Errorf("%s: description is %q, want %q", tt.name, bad[0].GetDescription(), want)
			}
			if strings.Contains(w.seen.String(), "SECRET") {
				t.Errorf("%s, %s: the answer quotes the value", tt.name, w.name)
			}
		}
	}
}

func TestHandlerKnowsItsCall(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{home: func(ctx context.Context) (*homev1.GetHomeResponse, error) {
		if call.Language(ctx) != i18n.Hans || call.RequestID(ctx) == "" || actor.From(ctx).Role != actor.Person {
			return nil, errors.New("call is not described")
		}
		return &homev1.GetHomeResponse{DossierId: call.Text(ctx, "NOT_FOUND", nil)}, nil
	}})
	bundle, _ := words()
	for _, w := range wires(t) {
		res, err := w.getHome(t.Context(), f, personToken, "zh-CN")
		if want := bundle.Text(i18n.Hans, "NOT_FOUND", nil); err != nil || res.GetDossierId() != want {
			t.Errorf("%s: GetHome = %q, %v", w.name, res.GetDossierId(), err)
		}
	}
	if call.Text(t.Context(), "NOT_FOUND", nil) != "NOT_FOUND" || call.Language(t.Context()) != i18n.Default {
		t.Error("outside a call, Text should be the ID and Language the default")
	}
}
