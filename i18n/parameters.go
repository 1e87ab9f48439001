package i18n

// Parameters names what a message wants to be told, in the order in which its
// source first asks for it. It is nil where the message wants nothing or is not
// there. The slice is the caller's.
func (b *Bundle) Parameters(id string) []string {
	m, ok := b.catalogues[Hans][id]
	if !ok {
		return nil
	}
	var names []string
	seen := map[string]bool{"": true}
	for _, p := range m.other {
		if !seen[p.param] {
			seen[p.param] = true
			names = append(names, p.param)
		}
	}
	return names
}
