package han

// appendRuns converts with two machines: this one cuts the text into phrases,
// which it writes, and runs, which it rewrites in the middle script. The second
// machine converts each run by itself.
func (m *machine) appendRuns(dst, text []byte) []byte {
	var tokens [window]token
	run := run{to: m.runs}
	for len(text) > 0 {
		n, covered := m.split(tokens[:], text)
		stop := n
		if covered < len(text) {
			stop = n - lookahead
		}
		var done int
		dst, done = m.passRuns(dst, text, tokens[:n], stop, &run)
		if done < n {
			covered = int(tokens[done].at)
		}
		text = text[covered:]
	}
	return run.flush(dst)
}

// passRuns is pass for a machine whose runs are converted by another one.
func (m *machine) passRuns(dst, text []byte, tokens []token, stop int, run *run) ([]byte, int) {
	i := 0
	for i < stop {
		t := tokens[i]
		if t.symbol == unknown {
			dst = append(run.flush(dst), text[t.at:t.at+uint32(t.size)]...)
			i++
			continue
		}
		c := m.characters[t.symbol]
		if n, value := m.longest(c.phrases(), tokens[i+1:]); n != 0 {
			dst = append(run.flush(dst), m.text(value)...)
			i += 1 + n
			continue
		}
		dst = run.relieve(dst)
		if c.startsWord() {
			if n, value := m.word(tokens[i:]); n != 0 {
				run.write(m.text(value))
				i += n
				continue
			}
		}
		run.add(m.words[t.symbol].next)
		i++
	}
	return dst, i
}

// run is a stretch of the middle script that waits for its conversion. Unknown
// bytes end it early: no phrase contains any.
type run struct {
	to     *machine
	n      int
	tokens [window]token
}

func (r *run) add(symbol uint16) {
	r.tokens[r.n].symbol = symbol
	r.n++
}

func (r *run) write(text []byte) {
	n, _ := r.to.split(r.tokens[r.n:], text)
	r.n += n
}

// relieve makes room for a word by converting the older part of a long run.
func (r *run) relieve(dst []byte) []byte {
	if r.n < window-lookahead {
		return dst
	}
	dst, done := r.to.pass(dst, nil, r.tokens[:r.n], r.n-lookahead)
	r.n = copy(r.tokens[:], r.tokens[done:r.n])
	return dst
}

// flush converts the rest of the run.
func (r *run) flush(dst []byte) []byte {
	if r.n > 0 {
		dst, _ = r.to.pass(dst, nil, r.tokens[:r.n], r.n)
		r.n = 0
	}
	return dst
}
