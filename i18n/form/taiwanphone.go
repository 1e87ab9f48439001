package form

import "strings"

// taiwanAreas are the beginnings of Taiwan's numbers without their 0, longer ones
// first, with the digits in all. The library parts those of Nantou, Miaoli, Taitung,
// the islands and the free ones in the wrong place. Source: the numbering plan as
// commonly known [GK], M.
var taiwanAreas = []struct {
	area   string
	digits int
}{
	{"800", 9}, {"809", 9}, // free numbers
	{"826", 8}, {"836", 8}, {"82", 8}, // 烏坵, 馬祖, 金門
	{"37", 8}, {"49", 9}, {"89", 8}, // 苗栗, 南投, 臺東
	{"9", 9}, // mobile, with the next two digits
	{"2", 9}, {"3", 8}, {"4", 9}, {"4", 8}, {"5", 8}, {"6", 8}, {"7", 8}, {"8", 8},
}

// taiwanParts parts a number in Taiwan, given without 0 and +886: 912 345 678,
// 2 2345 6789. It gives nil for a number of another kind.
func taiwanParts(number string) []string {
	for _, a := range taiwanAreas {
		if len(number) != a.digits || !strings.HasPrefix(number, a.area) {
			continue
		}
		area := len(a.area)
		if a.area == "9" {
			area = 3
		}
		return append([]string{number[:area]}, subscriberParts(number[area:])...)
	}
	return nil
}

// subscriberParts parts the digits behind an area's: 2345 6789, 234 5678, 345 678.
func subscriberParts(digits string) []string {
	switch n := len(digits); {
	case n >= 7:
		return []string{digits[:n-4], digits[n-4:]}
	case n == 6:
		return []string{digits[:3], digits[3:]}
	}
	return []string{digits}
}
