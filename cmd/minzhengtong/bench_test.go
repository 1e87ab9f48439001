package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// peopleVariable adds a size to the benchmark: a number of people.
const peopleVariable = "MINZHENGTONG_TEST_PEOPLE"

// BenchmarkColdStart starts the program on an embedded database that is there,
// with its population imported, and stops it. ms/start is from the start of the
// process to the line that says where it serves; ms/ready is what the program
// says of itself, without the time that it takes to load. Below 1000 is what we
// promise.
//
// MINZHENGTONG_TEST_PEOPLE adds a population of that size to the one of 200; the
// program's default is 14462.
func BenchmarkColdStart(b *testing.B) {
	sizes := []int{200}
	if more, err := strconv.Atoi(os.Getenv(peopleVariable)); err == nil {
		sizes = append(sizes, more)
	}
	for _, people := range sizes {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) { benchmarkColdStart(b, people) })
	}
}

func benchmarkColdStart(b *testing.B, people int) {
	dir := b.TempDir()
	args := slices.Concat(ports, []string{"--people", strconv.Itoa(people), "--firms", strconv.Itoa(people/25 + 1)})
	coldStart(b, dir, args) // makes the database
	var whole, ready time.Duration
	for b.Loop() {
		w, r := coldStart(b, dir, args)
		whole, ready = whole+w, ready+r
	}
	b.ReportMetric(float64(whole.Milliseconds())/float64(b.N), "ms/start")
	b.ReportMetric(float64(ready.Milliseconds())/float64(b.N), "ms/ready")
}

// coldStart starts the program, stops it when it serves, and says how long that
// took from outside and from inside.
func coldStart(b *testing.B, dir string, args []string) (whole, ready time.Duration) {
	b.Helper()
	began := time.Now()
	p := start(b, dir, args...)
	took := p.await(b, `^Minzhengtong serves at \S+ \(ready in (\S+)\)\.$`)[1]
	whole = time.Since(began)
	ready, err := time.ParseDuration(took)
	if err != nil {
		b.Fatal(err)
	}
	p.await(b, `^Stop with Ctrl-C\.$`)
	p.stop(b)
	return whole, ready
}
