package compile

import "testing"

// TestInOrder holds what the longest match over the joined dictionary gives
// against OpenCC's rule: the first dictionary that matches at all.
func TestInOrder(t *testing.T) {
	t.Parallel()
	first := dictionary{"宏": "巨集", "软件": "軟體", "软件园": "軟體園"}
	second := dictionary{"宏大": "宏大", "软": "軟", "软件园区": "軟件園區", "件": "件兒"}
	tests := []struct{ name, text, want string }{
		{"a longer key of the second is out of reach", "宏大", "巨集大"},
		{"even past a longer key of the first", "软件园区", "軟體園区"},
		{"where the first has nothing", "软园件", "軟园件兒"},
		{"the longer of the first", "软件园", "軟體園"},
	}
	joined := inOrder(first, second)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := joined.convert(tt.text); got != tt.want {
				t.Errorf("%s became %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}
