package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	"rsc.io/qr"
)

// squares is a QR code as the path of an SVG.
func squares(t testing.TB, text string) string {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	return path.String()
}
