package contract

import (
	"encoding/json"
	"fmt"
)

// JSON writes a value of a rule's trace; one that is not known is "".
func JSON(value any) (string, error) {
	if value == nil {
		return "", nil
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("write a value: %w", err)
	}
	return string(raw), nil
}
