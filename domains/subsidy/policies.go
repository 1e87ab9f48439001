// Package subsidy brings people the money that is due to them without their asking
// (免申即享): from a rule in the law to money in an account, once.
package subsidy

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/rules"
)

//go:embed policies/*.yaml
var policies embed.FS

// Policies are the policies that the program brings along. They are part of the
// program and read by a test, so a mistake in them is a bug.
var Policies = sync.OnceValue(func() *rules.Book {
	folder, err := fs.Sub(policies, "policies")
	if err != nil {
		panic(err)
	}
	book, err := rules.Load(folder)
	if err != nil {
		panic(err)
	}
	return book
})
