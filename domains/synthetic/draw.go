package synthetic

// draw is a stream of pseudo-random numbers (splitmix64, Steele, Lea and Flood
// 2014). It is written out here because the bytes that a seed gives must not
// change with the Go release.
type draw uint64

// The streams that are independent of each other for one seed and index.
const (
	personStream = iota + 1
	recordStream
	firmStream
	spoilStream
	permitKey
	passKey
	areaStream
	taxStream
	earnerStream
	filingStream
	taxpayerStream
)

// newDraw starts the stream of one subject.
func newDraw(seed uint64, stream, index int) *draw {
	d := draw(mix(mix(seed+uint64(stream)) + uint64(index)))
	return &d
}

func (d *draw) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	return mix(uint64(*d))
}

// below is a number from 0 to n-1. Its bias is under n in 2^64.
func (d *draw) below(n int) int { return int(d.next() % uint64(n)) }

// point is a number in the interval 0 to 1, without 1.
func (d *draw) point() float64 { return float64(d.next()>>11) / (1 << 53) }

// chance is true in the share p of draws.
func (d *draw) chance(p float64) bool { return d.point() < p }

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
