package i18n

import "slices"

// Parameters names what a message wants to be told, in the order in which its
// source first asks for it. It is nil where the message wants nothing or is not
// there. The slice is the caller's.
func (b *Bundle) Parameters(id string) []string {
	m, ok := b.catalogues[Hans][id]
	if !ok {
		return nil
	}
	return names(m.other)
}

// ParametersOf names the parameters of a text, each once, in the order in which
// it first asks for them. It fails on a placeholder that is not {{.Name}}.
func ParametersOf(text string) ([]string, error) {
	pieces, err := cut(text)
	return names(pieces), err
}

func names(pieces []piece) []string {
	var names []string
	for _, p := range pieces {
		if p.param != "" && !slices.Contains(names, p.param) {
			names = append(names, p.param)
		}
	}
	return names
}
