package synthetic

// permutation shuffles the numbers 0 to rows*columns-1 under a key, and finds
// the way back. It is a Feistel network over the two coordinates (Black and
// Rogaway 2002), so the domain need not be a power of two and nothing is
// stored. It spreads numbers; it hides nothing.
type permutation struct {
	rows, columns int
	keys          [6]uint64
}

func newPermutation(seed uint64, stream, rows, columns int) permutation {
	p := permutation{rows: rows, columns: columns}
	d := newDraw(seed, stream, 0)
	for i := range p.keys {
		p.keys[i] = d.next()
	}
	return p
}

// at is the place of the number i.
func (p permutation) at(i int) int {
	row, column := i/p.columns, i%p.columns
	for k, key := range p.keys {
		if k%2 == 0 {
			row = (row + turn(key, column, p.rows)) % p.rows
		} else {
			column = (column + turn(key, row, p.columns)) % p.columns
		}
	}
	return row*p.columns + column
}

// of is the number whose place is i: of(at(i)) is i.
func (p permutation) of(i int) int {
	row, column := i/p.columns, i%p.columns
	for k := len(p.keys) - 1; k >= 0; k-- {
		if k%2 == 0 {
			row = (row + p.rows - turn(p.keys[k], column, p.rows)) % p.rows
		} else {
			column = (column + p.columns - turn(p.keys[k], row, p.columns)) % p.columns
		}
	}
	return row*p.columns + column
}

func turn(key uint64, value, size int) int {
	return int(mix(key+uint64(value)) % uint64(size))
}
