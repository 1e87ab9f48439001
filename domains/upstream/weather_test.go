package upstream_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// goodPass is an answer in which nothing is missing.
func goodPass() *pb.CheckPassResponse {
	return &pb.CheckPassResponse{
		Verdict:   pb.Verdict_VERDICT_MATCH,
		Holder:    &pb.Holder{NameMainland: "测试", BirthDate: "1905-01-02"},
		Issue:     &pb.Issue{IssueCount: "01", ValidFrom: "2024-01-01", ValidTo: "2028-12-31", State: pb.DocumentState_DOCUMENT_STATE_ISSUED},
		CheckTime: timestamppb.New(moment),
		TraceId:   "trace",
	}
}

// TestUnreadablePass changes one thing of a good answer at a time.
func TestUnreadablePass(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) *timestamppb.Timestamp { return timestamppb.New(moment.Add(d)) }
	tests := []struct {
		name   string
		change func(*pb.CheckPassResponse)
		good   bool
	}{
		{"nothing", func(*pb.CheckPassResponse) {}, true},
		{"a clock a little fast", func(r *pb.CheckPassResponse) { r.CheckTime = at(4 * time.Minute) }, true},
		{"no verdict", func(r *pb.CheckPassResponse) { r.Verdict = 0 }, false},
		{"a verdict of the future", func(r *pb.CheckPassResponse) { r.Verdict = 9 }, false},
		{"no check time", func(r *pb.CheckPassResponse) { r.CheckTime = nil }, false},
		{"an impossible check time", func(r *pb.CheckPassResponse) { r.CheckTime = &timestamppb.Timestamp{Nanos: -1} }, false},
		{"an old check time", func(r *pb.CheckPassResponse) { r.CheckTime = at(-6 * time.Minute) }, false},
		{"a check time to come", func(r *pb.CheckPassResponse) { r.CheckTime = at(6 * time.Minute) }, false},
		{"no trace id", func(r *pb.CheckPassResponse) { r.TraceId = "" }, false},
		{"a huge trace id", func(r *pb.CheckPassResponse) { r.TraceId = strings.Repeat("t", 129) }, false},
		{"no holder", func(r *pb.CheckPassResponse) { r.Holder = nil }, false},
		{"no name", func(r *pb.CheckPassResponse) { r.Holder.NameMainland = "" }, false},
		{"no birth date", func(r *pb.CheckPassResponse) { r.Holder.BirthDate = "" }, false},
		{"an impossible birth date", func(r *pb.CheckPassResponse) { r.Holder.BirthDate = "1905-02-30" }, false},
		{"no issue", func(r *pb.CheckPassResponse) { r.Issue = nil }, false},
		{"no document state", func(r *pb.CheckPassResponse) { r.Issue.State = 0 }, false},
		{"a huge name", func(r *pb.CheckPassResponse) { r.Holder.NameTaiwan = strings.Repeat("名", 1<<20) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answer := goodPass()
			tt.change(answer)
			clients := dial(t, serve(t, says(t, answer)), nil)
			got, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: "90000001"})
			if tt.good {
				if err != nil || got.Verdict != upstream.Match {
					t.Errorf("%v, %v, want a match", got, err)
				}
				return
			}
			wantUnavailable(t, err, upstream.ExitEntryOffice)
			if got != (upstream.PassAnswer{}) {
				t.Error("an answer came with the error")
			}
		})
	}
}

// says is a gateway with one answer to everything.
func says(t *testing.T, answer proto.Message) http.Handler {
	t.Helper()
	raw, err := proto.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/proto")
		_, _ = w.Write(raw)
	})
}

func TestEmptyAnswers(t *testing.T) {
	t.Parallel()
	for authority, call := range calls(t, dial(t, serve(t, says(t, &pb.SendMessageResponse{})), nil)) {
		wantUnavailable(t, call(), authority)
	}
}

func TestAnswerCount(t *testing.T) {
	t.Parallel()
	one := &pb.PermitAnswer{Verdict: pb.Verdict_VERDICT_NOT_FOUND, CheckTime: timestamppb.New(moment), TraceId: "trace"}
	for n := range 4 {
		res := &pb.CheckPermitsResponse{}
		for range n {
			res.Answers = append(res.Answers, one)
		}
		clients := dial(t, serve(t, says(t, res)), nil)
		got, err := clients.CheckPermits(t.Context(), make([]upstream.PermitQuestion, 2))
		if n == 2 {
			if err != nil || len(got) != 2 {
				t.Errorf("two answers to two questions: %d, %v", len(got), err)
			}
			continue
		}
		wantUnavailable(t, err, upstream.PoliceOffice)
	}
}

// TestOldLinkAnswer: a repeated link check answers with the time of the first.
func TestOldLinkAnswer(t *testing.T) {
	t.Parallel()
	for age, good := range map[time.Duration]bool{0: true, 20 * 24 * time.Hour: true, 31 * 24 * time.Hour: false} {
		res := &pb.CheckLinkResponse{Verdict: pb.Verdict_VERDICT_MATCH, CheckTime: timestamppb.New(moment.Add(-age)), TraceId: "trace"}
		_, err := dial(t, serve(t, says(t, res)), nil).CheckLink(t.Context(), upstream.LinkQuestion{Key: newKey()})
		if good != (err == nil) {
			t.Errorf("an answer %v old: %v, want it taken: %v", age, err, good)
		}
	}
}

// TestStrangeGateways is what may stand where a gateway should.
func TestStrangeGateways(t *testing.T) {
	t.Parallel()
	strangers := map[string]http.HandlerFunc{
		"web page":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>sign in</html>") },
		"not there": func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		"other schema": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			_, _ = w.Write([]byte{0x08, 0x01, 0x50, 0x01})
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				t.Error("a redirect was followed")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"talkative": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"code":"internal","message":"pass +8612000000001 is unknown"}`)
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			for chunk := make([]byte, 64<<10); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		},
		"endless headers": func(w http.ResponseWriter, _ *http.Request) {
			for range 100 {
				w.Header().Add("X-Filler", strings.Repeat("x", 4096))
			}
		},
		"slow drip": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = w.Write([]byte{0x08})
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			w.Header().Set("Content-Length", "400")
			_, _ = w.Write([]byte{0x08, 0x01})
			panic(http.ErrAbortHandler)
		},
	}
	for name, handler := range strangers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(handler)
			t.Cleanup(server.Close)
			clients := dial(t, server.URL, func(c *upstream.Config) { c.Limit = 300 * time.Millisecond })
			for authority, call := range calls(t, clients) {
				wantUnavailable(t, call(), authority)
			}
		})
	}
}
