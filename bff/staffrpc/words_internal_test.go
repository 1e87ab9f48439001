package staffrpc

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
)

// TestEveryWordHasItsOwn: contract and domain have as many words, and each
// translates there and back.
func TestEveryWordHasItsOwn(t *testing.T) {
	t.Parallel()
	for _, d := range actor.Duties() {
		if fromDuty(dutyToAPI(d)) != d {
			t.Errorf("%s is lost", d)
		}
	}
	for _, k := range staff.Kinships() {
		if fromKinship(kinships[k]) != k {
			t.Errorf("%s is lost", k)
		}
	}
	for _, s := range []staff.State{staff.Active, staff.Disabled} {
		if fromState(states[s]) != s {
			t.Errorf("%s is lost", s)
		}
	}
	for name, counts := range map[string][2]int{
		"duties": {len(duties), len(commonv1.Duty_name)}, "kinships": {len(kinships), len(pb.RelationKind_name)}, "states": {len(states), len(pb.OfficerState_name)},
	} {
		if counts[0] != counts[1]-1 {
			t.Errorf("%s: the domain has %d, the contract %d", name, counts[0], counts[1]-1)
		}
	}
	if fromDuty(0) != "" || fromKinship(0) != "" || fromState(0) != "" {
		t.Error("what is not said is something")
	}
}
