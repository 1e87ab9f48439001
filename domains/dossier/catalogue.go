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
)

// MobilePhone is the item to which one-time codes are sent. It is verified, so
// nobody can just type it.
const MobilePhone = "mobile_phone"

// item is one entry of the datum catalogue, data/data.json.
type item struct {
	Code  string `json:"code"`
	Of    Kind   `json:"of"`
	Form  string `json:"form"`
	Typed bool   `json:"typed"`
}

//go:embed data/data.json
var catalogueFile []byte

// catalogue is the datum catalogue by code. The file is part of the program and
// read by a test, so a mistake in it is a bug.
var catalogue = sync.OnceValue(func() map[string]item {
	var items []item
	if err := json.Unmarshal(catalogueFile, &items); err != nil {
		panic("dossier: data/data.json: " + err.Error())
	}
	byCode := make(map[string]item, len(items))
	for _, it := range items {
		byCode[it.Code] = it
	}
	return byCode
})

var (
	phoneForm  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	digitsForm = regexp.MustCompile(`^[0-9]{6,32}$`)
	separators = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "")
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
func ReadPhone(raw string) (string, error) { return catalogue()[MobilePhone].read(raw) }
