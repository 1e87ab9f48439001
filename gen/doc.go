// Package gen holds what tools wrote: the contract's Go code (proto) and the
// data model's (ent). Nothing below it is edited by hand; `go generate ./gen`
// writes it anew.
package gen

//go:generate ../api/generate.sh
//go:generate ../bff/portal/build.sh
