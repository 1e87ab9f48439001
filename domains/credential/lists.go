package credential

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/statuslist"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	credentialrow "github.com/minzhengtong/minzhengtong/gen/ent/credential"
	row "github.com/minzhengtong/minzhengtong/gen/ent/statuslist"
)

// Times of a status list. The figures are ours.
const (
	// ListKeep is how long a list may be used before a newer one is asked for: so long it
	// takes until everybody hears of a revocation. Whoever asks the house hears at once.
	ListKeep = time.Minute
	// ListLife is how long a list may be relied on by whoever cannot ask.
	ListLife = 24 * time.Hour
)

// ErrList: there is no such status list.
var ErrList = fault.New(fault.NotFound, "STATUS_LIST_NOT_FOUND")

// ListPath begins the path of a status list; its number follows.
const ListPath = "/credentials/status/"

const (
	halfBits = 9
	halfMask = 1<<halfBits - 1
	// listSize is how many places a list has: 64 KiB, and a few hundred bytes on the wire
	// while most of them hold.
	listSize = 1 << (2 * halfBits)
	// placesAtOnce is how many a process takes for itself. What is left when it ends is
	// never used, which does no harm.
	placesAtOnce = 256
	rounds       = 4
)

var errListMoved = errors.New("credential: another process took places at the same moment")

// place is one place in one list.
type place struct{ list, index int }

// places are those that this process may give away.
type places struct {
	mu   sync.Mutex
	free []place
}

// take returns a place that nobody else gets. It must not be called in a transaction: were
// that one undone, others would get the places too.
func (s *Service) take(ctx context.Context) (place, error) {
	s.places.mu.Lock()
	defer s.places.mu.Unlock()
	if len(s.places.free) == 0 {
		free, err := s.reserve(ctx)
		if err != nil {
			return place{}, fmt.Errorf("take places in a status list: %w", err)
		}
		s.places.free = free
	}
	last := len(s.places.free) - 1
	p := s.places.free[last]
	s.places.free = s.places.free[:last]
	return p, nil
}

// reserve takes the next places of the newest list, or begins another one.
func (s *Service) reserve(ctx context.Context) (free []place, err error) {
	const tries = 20
	for range tries {
		err = s.DB.InTx(ctx, func(ctx context.Context) error {
			free, err = s.reserveOnce(ctx)
			return err
		})
		if !errors.Is(err, errListMoved) && !entdb.IsUniqueViolation(err) {
			return free, err
		}
	}
	return nil, err
}

func (s *Service) reserveOnce(ctx context.Context) ([]place, error) {
	c := s.DB.Client(ctx).StatusList
	newest, err := c.Query().Order(ent.Desc(row.FieldNumber)).First(ctx)
	switch {
	case ent.IsNotFound(err):
		newest, err = s.createList(ctx, 1)
	case err == nil && newest.Used+placesAtOnce > listSize:
		newest, err = s.createList(ctx, newest.Number+1)
	}
	if err != nil {
		return nil, err
	}
	n, err := c.Update().Where(row.ID(newest.ID), row.Version(newest.Version)).AddUsed(placesAtOnce).AddVersion(1).Save(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errListMoved
	}
	free := make([]place, placesAtOnce)
	for i := range free {
		free[i] = place{newest.Number, shuffled(newest.Seed, newest.Used+i)}
	}
	return free, nil
}

func (s *Service) createList(ctx context.Context, number int) (*ent.StatusList, error) {
	seed := make([]byte, sha256.Size)
	_, _ = rand.Read(seed) // it never fails
	return s.DB.Client(ctx).StatusList.Create().SetID(s.NewID()).SetNumber(number).SetSeed(seed).SetCreateTime(s.time()).Save(ctx)
}

// shuffled is the place of the nth credential of a list: each n has another one, and
// whoever does not know the seed cannot tell which were issued one after the other.
func shuffled(seed []byte, n int) int {
	left, right := n>>halfBits, n&halfMask
	for round := range rounds {
		h := sha256.New()
		h.Write(seed)
		h.Write([]byte{byte(round), byte(right), byte(right >> 8)})
		sum := h.Sum(nil)
		left, right = right, left^(int(sum[0])|int(sum[1])<<8)&halfMask
	}
	return left<<halfBits | right
}

// listURI names a list.
func (s *Service) listURI(number int) string { return s.Issuer + listPath(number) }

func listPath(number int) string { return ListPath + strconv.Itoa(number) }

// lists are what this process signed lately.
type lists struct {
	mu     sync.Mutex
	signed map[int]signedList
}

type signedList struct {
	token string
	made  time.Time
}

// List returns a status list as it was at most [ListKeep] ago, signed, and when that was.
// It fails with [ErrList].
func (s *Service) List(ctx context.Context, number int) (string, time.Time, error) {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	now := s.time()
	if l, ok := s.lists.signed[number]; ok {
		if age := now.Sub(l.made); 0 <= age && age < ListKeep {
			return l.token, l.made, nil
		}
	}
	l, err := s.signList(ctx, number, now)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("status list %d: %w", number, err)
	}
	if s.lists.signed == nil {
		s.lists.signed = map[int]signedList{}
	}
	s.lists.signed[number] = l
	return l.token, l.made, nil
}

// stale has a list signed anew when it is asked for next.
func (s *Service) stale(number int) {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	delete(s.lists.signed, number)
}

func (s *Service) signList(ctx context.Context, number int, now time.Time) (signedList, error) {
	there, err := s.DB.Client(ctx).StatusList.Query().Where(row.Number(number)).Exist(ctx)
	if err != nil || !there {
		return signedList{}, errors.Join(err, ErrList)
	}
	rows, err := s.DB.Client(ctx).Credential.Query().Select(credentialrow.FieldListIndex, credentialrow.FieldState).
		Where(credentialrow.ListNumber(number), credentialrow.StateNotIn(credentialrow.StateValid, credentialrow.StatePending)).All(ctx)
	if err != nil {
		return signedList{}, err
	}
	l := statuslist.New(s.listURI(number), listSize, now, now.Add(ListLife), ListKeep)
	for _, r := range rows {
		l.Set(r.ListIndex, listed(State(r.State)))
	}
	key, err := s.Keys.signer()
	if err != nil {
		return signedList{}, err
	}
	token, err := l.Sign(key.Key)
	return signedList{token, now}, err
}

// listed is what a list says of a state.
func listed(state State) statuslist.Status {
	switch state {
	case Suspended:
		return statuslist.Suspended
	case Revoked:
		return statuslist.Invalid
	case Superseded:
		return statuslist.Superseded
	default:
		return statuslist.Valid
	}
}
