// Package synthetic invents a population: people with Taiwan passes and
// residence permits, their firms and their records. The demo, the sandbox and
// the tests share it, so that the registers that are imported and the
// authorities that are asked tell one story.
//
// Words. A [Person] is the truth: whoever holds the pass and the permit is one
// human being, whatever the registers say. A [Document] is one printing as its
// register has it. A [Case] is the difficulty that was planted in a person; a
// register file has messy rows (readable after cleaning) and bad rows (to be
// refused) only when [Options] ask for them.
//
// Invariants:
//   - person i and firm i follow from seed and index alone. Nothing is stored,
//     so a million people can be streamed, and the same seed always writes the
//     same bytes;
//   - numbers are found again by arithmetic ([Population.FindPass]), not in a
//     table, and no number is given out twice;
//   - nobody is real. Permits carry birth dates from 1900 to 1909, of whom
//     nobody is alive. Passes lie in 90000000–99999999, which the lifelong
//     numbers of a population of 23 million have not reached. Credit codes have
//     the body MAYYY. Phones lie in +86 120 0…, a prefix without subscribers,
//     and +886 900 0…. A pass or a phone may one day exist all the same, so
//     they are sent to the sandbox and nowhere else.
//
// A Population is immutable and safe for goroutines.
package synthetic
