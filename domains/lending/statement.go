package lending

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// statement is what an applicant says, and by which version of the product it was weighed.
// It is sealed as JSON.
type statement struct {
	Name    string `json:"name"`
	Need    Need   `json:"need"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // of the version's file
	Fit     Fit    `json:"fit"`
}

// LogValue keeps all of it out of logs.
func (statement) LogValue() slog.Value { return slog.StringValue("[statement]") }

func (x statement) bytes() ([]byte, error) {
	raw, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("write a statement: %w", err)
	}
	return raw, nil
}
