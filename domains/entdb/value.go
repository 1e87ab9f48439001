package entdb

import "time"

// Texts turns typed IDs, codes and the like into plain texts, as queries take them.
func Texts[T ~string](list []T) []string {
	plain := make([]string, len(list))
	for i, x := range list {
		plain[i] = string(x)
	}
	return plain
}

// Moment is a time that a row may lack, in UTC; zero stands for none.
func Moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
