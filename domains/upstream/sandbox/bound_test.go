package sandbox

import (
	"strconv"
	"testing"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	m := newMemory()
	acted := 0
	use := func(key string) {
		t.Helper()
		_, err := once(m, key, &pb.SendMessageRequest{}, func() *pb.SendMessageResponse { acted++; return &pb.SendMessageResponse{} })
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxKeys + 5 {
		use(strconv.Itoa(i))
	}
	if len(m.entries) != maxKeys || len(m.order) != maxKeys {
		t.Errorf("%d keys are kept, want %d", len(m.entries), maxKeys)
	}
	use(strconv.Itoa(maxKeys + 4))
	if acted != maxKeys+5 {
		t.Error("a key that is kept acted twice")
	}
	use("0")
	if acted != maxKeys+6 {
		t.Error("the oldest key was not forgotten")
	}
}

func TestPhonesAreBounded(t *testing.T) {
	t.Parallel()
	b := newMailbox()
	for i := range maxPhones + 5 {
		b.deliver(strconv.Itoa(i), Message{})
	}
	_, oldest := b.phones["4"]
	_, newest := b.phones[strconv.Itoa(maxPhones+4)]
	if len(b.phones) != maxPhones || oldest || !newest {
		t.Errorf("%d phones are kept, oldest %v, newest %v", len(b.phones), oldest, newest)
	}
}
