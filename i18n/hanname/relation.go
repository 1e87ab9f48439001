package hanname

import "slices"

// relation is what two characters at the same place have to do with each other.
type relation int

const (
	same       relation = iota
	simplifies          // the second is the ordinary simplification of the first
	simplified          // the first is that of the second
	folded              // both have the same ordinary simplification
	candidate           // some candidate of theirs is shared
	listed              // shared by listedVariants only
	apart
	relations = int(apart) + 1
)

// listedVariants are separate characters that offices print for one another.
// They count as one more candidate of the character on the left.
var listedVariants = map[rune]rune{'凃': '涂', '珮': '佩', '祐': '佑'}

// carePairs are surname characters that a careless conversion mixes up: the
// left one is hardly ever a surname, and its simplification is one.
var carePairs = map[rune]rune{
	'範': '范', '餘': '余', '薑': '姜', '於': '于', '瀋': '沈', '塗': '涂', '遊': '游', '後': '后',
	'鬆': '松', '穀': '谷', '蔔': '卜', '鬍': '胡', '嶽': '岳', '鬱': '郁', '麴': '曲',
}

// compounds are surnames of two characters, in folded form: the old ones, and
// the joined ones that Taiwan's families carry.
var compounds = map[string]bool{
	"欧阳": true, "司马": true, "上官": true, "诸葛": true, "司徒": true, "皇甫": true, "尉迟": true, "公孙": true,
	"慕容": true, "令狐": true, "夏侯": true, "端木": true, "长孙": true, "宇文": true, "闻人": true, "申屠": true,
	"东方": true, "南宫": true, "独孤": true, "公羊": true, "淳于": true, "单于": true, "鲜于": true, "太史": true,
	"范姜": true, "张简": true, "张廖": true, "叶刘": true, "江谢": true, "翁林": true, "江林": true, "姜林": true,
}

// relate finds the strongest relation of two characters. Swapping them swaps
// simplifies and simplified and changes nothing else.
func relate(x, y rune) relation {
	switch {
	case x == y:
		return same
	case first(x) == y:
		return simplifies
	case first(y) == x:
		return simplified
	case first(x) == first(y):
		return folded
	}
	xs, ys := candidates(x), candidates(y)
	if meet(xs, ys) {
		return candidate
	}
	if meet(withListed(xs), withListed(ys)) {
		return listed
	}
	return apart
}

// candidates are the character itself and all that the table folds it to.
func candidates(r rune) []rune {
	set := []rune{r}
	for _, c := range table()[r] {
		if c != ' ' {
			set = append(set, c)
		}
	}
	return set
}

// withListed adds the listed variants of a set's members.
func withListed(set []rune) []rune {
	for _, r := range set {
		if v, ok := listedVariants[r]; ok {
			set = append(set, v)
		}
	}
	return set
}

func meet[T comparable](xs, ys []T) bool {
	return slices.ContainsFunc(xs, func(x T) bool { return slices.Contains(ys, x) })
}

// carePair reports whether two names of one length differ by a care pair in
// the surname.
func carePair(a, b []rune) bool {
	for i := range min(len(a), surnameLength(a)) {
		if carePairs[a[i]] == b[i] || carePairs[b[i]] == a[i] {
			return true
		}
	}
	return false
}

// surnameLength is how many characters may belong to the surname: two for a
// compound surname and for names of four characters and more, as a married
// woman may carry her husband's surname before her own.
func surnameLength(name []rune) int {
	if len(name) < 2 {
		return 1
	}
	head := string([]rune{first(name[0]), first(name[1])})
	if compounds[head] || len(name) >= 4 && !slices.Contains(name, dot) {
		return 2
	}
	return 1
}
