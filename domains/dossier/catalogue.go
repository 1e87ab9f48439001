package dossier

import (
	_ "embed"
	"encoding/json"
	"net/mail"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of collect-once data.
var (
	// ErrDatumUnknown: the catalogue has no such item.
	ErrDatumUnknown = fault.New(fault.Invalid, "DATUM_UNKNOWN")
	// ErrDatumInvalid: the value has not the form that the item needs, or the
	// item cannot be typed.
	ErrDatumInvalid = fault.New(fault.Invalid, "DATUM_INVALID")
	// ErrThingUnknown: the item belongs to a vehicle, and it is not said to which,
	// or that one is not on file. Its plate comes first.
	ErrThingUnknown = fault.New(fault.Invalid, "DATUM_THING_UNKNOWN")
)

// MobilePhone is the item to which one-time codes are sent. It is verified, so
// nobody can just type it.
const MobilePhone = "mobile_phone"

// item is one entry of the datum catalogue, data/data.json. Persons and firms
// have items of their own, some under the same code.
type item struct {
	Code  string `json:"code"`
	Of    Kind   `json:"of"`
	Form  string `json:"form"`
	Typed bool   `json:"typed"`
	// Thing is what the item says something about, where a file may have several
	// of it, as "vehicle"; "" where one value stands.
	Thing string `json:"thing"`
	// Key marks the one item by which things are told apart, as a plate.
	Key bool `json:"key"`
}

//go:embed data/data.json
var catalogueFile []byte

// catalogue is the datum catalogue. The file is part of the program and read by
// a test, so a mistake in it is a bug.
var catalogue = sync.OnceValue(func() []item {
	var items []item
	if err := json.Unmarshal(catalogueFile, &items); err != nil {
		panic("dossier: data/data.json: " + err.Error())
	}
	return items
})

// itemOf is the item with this code that files of a kind have, if there is one.
func itemOf(kind Kind, code string) (item, bool) {
	for _, it := range catalogue() {
		if it.Of == kind && it.Code == code {
			return it, true
		}
	}
	return item{}, false
}

// key is the item by which things like the item's are told apart.
func (it item) key() item {
	for _, other := range catalogue() {
		if other.Of == it.Of && other.Thing == it.Thing && other.Key {
			return other
		}
	}
	return item{}
}

var (
	plateForm  = regexp.MustCompile(`^[\p{Han}A-Z0-9]{1,32}$`)
	phoneForm  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	digitsForm = regexp.MustCompile(`^[0-9]{6,32}$`)
	separators = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "·", "")
)

// read brings a value into the form that the item needs, or fails with
// [ErrDatumInvalid].
func (it item) read(value string) (string, error) {
	value = strings.TrimSpace(value)
	ok := value != ""
	switch it.Form {
	case "phone":
		value = separators.Replace(width.Narrow.String(value))
		ok = phoneForm.MatchString(value)
	case "digits":
		value = separators.Replace(width.Narrow.String(value))
		ok = digitsForm.MatchString(value)
	case "plate":
		value = strings.ToUpper(separators.Replace(width.Narrow.String(value)))
		ok = plateForm.MatchString(value)
	case "email":
		address, err := mail.ParseAddress(width.Narrow.String(value))
		ok = err == nil && address.Name == ""
		if ok {
			value = address.Address
		}
	}
	if !ok {
		return "", ErrDatumInvalid.With("Code", it.Code)
	}
	return value, nil
}

// ReadPhone brings a phone number into the form +886912345678, or fails with
// [ErrDatumInvalid].
func ReadPhone(raw string) (string, error) {
	it, _ := itemOf(Person, MobilePhone)
	return it.read(raw)
}
