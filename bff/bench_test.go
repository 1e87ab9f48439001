package bff_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

// peopleVariable adds a size to the benchmark: a number of people.
const peopleVariable = "MINZHENGTONG_TEST_PEOPLE"

// few are the people of a short run, which measures nothing.
const few = 300

// Requests of one round. A round lasts some tenths of a second, short enough
// for two that follow each other to find the machine in the same mood.
const roundRequests = 500

// BenchmarkGetDossier compares GetDossier over Connect JSON with a handler that
// an engineer wrote by hand, with net/http and database/sql alone, on the same
// database: same token, same answer byte for byte. Both are asked by the same
// clients over loopback in turns, a round each; an iteration is two rounds. The
// ratio is the median of the iterations, ours by the other's throughput.
//
// MINZHENGTONG_TEST_PEOPLE adds a population of that size to the one of 10,000,
// which with -short is one of 300: enough to see that the benchmark still runs.
// A million takes long to import, more than ten minutes on two cores, and
// -timeout must allow for that. Above 100,000 only as many people are linked as
// are asked about; they are spread over the whole population.
func BenchmarkGetDossier(b *testing.B) {
	sizes := []int{10_000}
	if testing.Short() {
		sizes = []int{few}
	}
	if more, err := strconv.Atoi(os.Getenv(peopleVariable)); err == nil {
		sizes = append(sizes, more)
	}
	for _, store := range stores {
		for _, people := range sizes {
			b.Run(fmt.Sprintf("%s/people=%d", store.name, people), func(b *testing.B) {
				benchmarkGetDossier(b, newContest(b, store.open(b), people))
			})
		}
	}
}

func benchmarkGetDossier(b *testing.B, c *contest) {
	c.compare(b, 100)
	ours, reference := newCrowd(b, c.ours), newCrowd(b, c.reference)
	ours.round(b, roundRequests) // connections, statements and caches
	reference.round(b, roundRequests)
	var pace, pacer, ratios []float64
	for b.Loop() {
		// Who goes first changes, so that neither always finds a warmer machine.
		var x, y float64
		if len(ratios)%2 == 0 {
			x, y = ours.round(b, roundRequests), reference.round(b, roundRequests)
		} else {
			y, x = reference.round(b, roundRequests), ours.round(b, roundRequests)
		}
		pace, pacer, ratios = append(pace, x), append(pacer, y), append(ratios, x/y)
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(pace), "ours-req/s")
	b.ReportMetric(median(pacer), "reference-req/s")
	b.ReportMetric(c.allocs(b, c.server.Handler, c.ours), "ours-allocs/req")
	b.ReportMetric(c.allocs(b, c.byHand, c.reference), "reference-allocs/req")
}

// TestReferenceAnswersTheSame keeps the benchmark honest: the reference says
// byte for byte what the server says.
func TestReferenceAnswersTheSame(t *testing.T) {
	t.Parallel()
	for _, store := range stores {
		t.Run(store.name, func(t *testing.T) {
			t.Parallel()
			newContest(t, store.open(t), few).compare(t, few)
		})
	}
}

// median is the middle one; of an even number the upper one.
func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// clients is how many ask at once.
func clients() int { return 4 * runtime.GOMAXPROCS(0) }

// perSecond is a throughput.
func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }
