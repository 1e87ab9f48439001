package finance

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
)

// statement is what an application says, and, once it is approved, what the certificate
// says. It is sealed as JSON.
type statement struct {
	Holder  string `json:"holder"`
	Purpose string `json:"purpose"`
	// Version and Digest are those of the report as its subject had it: the digest is
	// SHA-256 in hex.
	Version int64  `json:"version"`
	Digest  string `json:"digest"`
	// Day is when the sources last said the same, in Asia/Shanghai; Grade, "" for none, and
	// Gaps are what the officer who approved was shown.
	Day   string `json:"day,omitempty"`
	Grade string `json:"grade,omitempty"`
	Gaps  int64  `json:"gaps,omitempty"`
}

// LogValue keeps all of it out of logs.
func (statement) LogValue() slog.Value { return slog.StringValue("[statement]") }

// newStatement is what somebody says who applies on a report.
func newStatement(holder, purpose string, r credit.Report) statement {
	return statement{Holder: holder, Purpose: purpose, Version: r.Number, Digest: hex.EncodeToString(r.Digest[:])}
}

// seen is a statement with what an officer was shown.
func (x statement) seen(v View) statement {
	x.Day, x.Grade, x.Gaps = calendar.On(v.Confirmed).String(), v.Grade, int64(len(v.Gaps))
	return x
}

// values are what the certificate of an application says.
func (x statement) values(id ID) credential.Values {
	values := credential.Values{
		"holder_name": x.Holder, "purpose": x.Purpose, "report_version": x.Version, "report_digest": x.Digest, "report_day": x.Day,
		"gaps": x.Gaps, application: string(id),
	}
	if x.Grade != "" {
		values["grade"] = x.Grade
	}
	return values
}

func (x statement) bytes() ([]byte, error) {
	raw, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("write a statement: %w", err)
	}
	return raw, nil
}
