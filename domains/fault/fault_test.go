package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

var errTooLate = fault.New(fault.Precondition, "TOO_LATE")

func TestIsComparesReasons(t *testing.T) {
	t.Parallel()
	copied := fmt.Errorf("cancel: %w", errTooLate.With("Until", "noon").On("visit").After(time.Minute))
	if !errors.Is(copied, errTooLate) {
		t.Error("a copy with arguments no longer matches the declared fault")
	}
	if errors.Is(copied, fault.New(fault.Precondition, "OTHER")) {
		t.Error("two reasons match")
	}
}

func TestCopiesLeaveTheDeclaredFaultAlone(t *testing.T) {
	t.Parallel()
	first := errTooLate.With("Until", "noon")
	second := first.With("Until", "night").On("id").On("visit").After(time.Second)
	if got := first.Args()["Until"]; got != "noon" {
		t.Errorf("the first copy says %q, want noon", got)
	}
	if len(errTooLate.Args()) != 0 || errTooLate.Field() != "" || errTooLate.RetryAfter() != 0 {
		t.Error("the declared fault changed")
	}
	if got := second.Field(); got != "visit.id" {
		t.Errorf("field is %q, want visit.id", got)
	}
}

func TestErrorHoldsNoArguments(t *testing.T) {
	t.Parallel()
	if got := errTooLate.With("Name", "secret").Error(); got != "precondition: TOO_LATE" {
		t.Errorf("Error is %q", got)
	}
}
