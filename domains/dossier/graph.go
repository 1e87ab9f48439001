package dossier

import "slices"

// partition says which origins are one file. Nodes are the origins of the
// documents, edges the pairs of documents that a link or a succession joins.
// It returns, for each origin, the file it is in: the oldest origin that can
// be reached (UUIDv7 sort by age).
//
// Edges that name a document outside documents are ignored.
func partition(documents []Document, edges [][2]DocumentID) map[ID]ID {
	parent := make(map[ID]ID, len(documents))
	origin := make(map[DocumentID]ID, len(documents))
	for _, d := range documents {
		origin[d.ID] = d.origin
		parent[d.origin] = d.origin
	}
	root := func(id ID) ID {
		for parent[id] != id {
			id = parent[id]
		}
		return id
	}
	for _, edge := range edges {
		first, ok1 := origin[edge[0]]
		second, ok2 := origin[edge[1]]
		if !ok1 || !ok2 {
			continue
		}
		a, b := root(first), root(second)
		parent[max(a, b)] = min(a, b)
	}
	files := make(map[ID]ID, len(parent))
	for id := range parent {
		files[id] = root(id)
	}
	return files
}

// edgesOf lists what joins documents: links that hold, and successions.
func edgesOf(documents []Document, links []Link) [][2]DocumentID {
	var edges [][2]DocumentID
	for _, l := range links {
		if l.Holds() {
			edges = append(edges, [2]DocumentID{l.First, l.Second})
		}
	}
	for _, d := range documents {
		if d.ReplacedBy != "" {
			edges = append(edges, [2]DocumentID{d.ID, d.ReplacedBy})
		}
	}
	return edges
}

// clash returns two current documents of one kind that would share a file, if
// there are any. A person has one pass number and one permit number at a time.
func clash(documents []Document, files map[ID]ID) (Document, Document, bool) {
	for i, d := range documents {
		j := slices.IndexFunc(documents[:i], func(e Document) bool {
			return e.Kind() == d.Kind() && e.current() && d.current() && files[e.origin] == files[d.origin]
		})
		if j >= 0 {
			return documents[j], d, true
		}
	}
	return Document{}, Document{}, false
}
