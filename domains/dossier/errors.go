package dossier

import (
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// on names the input field at fault, where err is a fault.
func on(field string, err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.On(field)
	}
	return err
}
