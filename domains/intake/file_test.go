package intake_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
)

const (
	passHeader   = "number,issue_count,name_mainland,name_taiwan,name_roman,birth_date,sex,valid_from,valid_to,state,phone,replaces_number\n"
	permitHeader = "number,issue_count,name_mainland,name_roman,birth_date,sex,valid_from,valid_to,state,exit_entry_number,phone,replaces_number\n"
	plainNumber  = "90000010"
	plainPass    = plainNumber + ",01,陈测试,陳測試,CHEN CE-SHI,1980-05-06,F,2024-01-01,2028-12-31,issued,+886900000001,\n"
	secondPass   = "90000011,01,林样本,,,19810607,男,20240101,20281231,issued,,\n"
)

func header(kind intake.Kind) string {
	if kind == intake.Permits {
		return permitHeader
	}
	return passHeader
}

// passes is a file of passes.
func passes(rows ...string) string { return passHeader + strings.Join(rows, "") }

func gbk(t *testing.T, text string) string {
	t.Helper()
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// TestFileTaken are files that are read, in whatever form they come.
func TestFileTaken(t *testing.T) {
	t.Parallel()
	reordered := "extra,replaces_number,phone,state,valid_to,valid_from,sex,birth_date,name_roman,name_taiwan,name_mainland,issue_count,number\n" +
		"x,,,issued,,,,,,,陈测试,,90000010\n"
	tests := []struct {
		name, encoding, content string
		added                   int64
	}{
		{"byte order mark", "", "\uFEFF" + passes(plainPass), 1},
		{"byte order mark before quotes", "", "\uFEFF\"number\"" + strings.TrimPrefix(passes(plainPass), "number"), 1},
		{"DOS line ends", "", strings.ReplaceAll(passes(plainPass, secondPass), "\n", "\r\n"), 2},
		{"empty lines", "", "\n\n" + passes("\n", plainPass, "\r\n\n", secondPass, "\n\n"), 2},
		{"many empty lines", "", passes(strings.Repeat("\n", 200_000), plainPass, strings.Repeat("\n", 200_000)), 1},
		{"no line end", "", strings.TrimSuffix(passes(plainPass, secondPass), "\n"), 2},
		{"columns in another order", "", reordered, 1},
		{"GBK", intake.GB18030, gbk(t, passes(plainPass, secondPass)), 2},
		{"GB 18030 with its mark", intake.GB18030, gbk(t, "\uFEFF"+passes(plainPass, strings.Replace(secondPass, "样", "𠮷", 1))), 2},
		{"header only", "", passes(), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, entdbtest.New(t), keys(t))
			sum, err := d.Run(t.Context(), intake.Options{Kind: intake.Passes, Path: d.file(t, tt.content), Encoding: tt.encoding})
			if err != nil || counts(sum.Progress) != [4]int64{tt.added} {
				t.Fatalf("%v, error %v; want %d added", counts(sum.Progress), err, tt.added)
			}
			if sum.Done != int64(len(tt.content)) {
				t.Errorf("%d bytes done, want %d", sum.Done, len(tt.content))
			}
			if tt.content == reordered && !slices.Equal(sum.Ignored, []string{"extra"}) {
				t.Errorf("ignored %q, want extra", sum.Ignored)
			}
			if tt.added > 0 && d.holder(t, plainNumber).Names.Mainland != "陈测试" {
				t.Error("the name is not that of the file")
			}
		})
	}
}

// TestFileRefused are files of which nothing is written.
func TestFileRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, encoding, content string
		want                    error
		says                    string
	}{
		{"GBK as UTF-8", "", passes("\n\n") + gbk(t, plainPass), intake.ErrEncoding, "line 4 is not UTF-8; a file that a spreadsheet saved is often GBK: try --encoding gb18030"},
		{"cut in a character", "", passes(plainPass, "\xe9\x99"), intake.ErrEncoding, "line 3 is not"},
		{"UTF-8 as GB 18030", intake.GB18030, passes(plainPass) + "\xff", intake.ErrEncoding, "line "},
		{"UTF-16", "", "\xff\xfen\x00u\x00", intake.ErrEncoding, "line 1 is not"},
		{"unknown encoding", "big5", passes(plainPass), intake.ErrOptions, "gb18030"},
		{"empty", "", "", intake.ErrHeader, "the file is empty"},
		{"empty lines alone", "", "\n\n", intake.ErrHeader, "no line"},
		{"missing column", "", strings.Replace(passes(plainPass), ",sex,", ",", 1), intake.ErrHeader, "column sex is missing"},
		{"two missing columns", "", strings.Replace(passes(plainPass), ",sex,valid_from,", ",", 1), intake.ErrHeader, "columns sex, valid_from are missing"},
		{"duplicate column", "", strings.Replace(passes(plainPass), "phone", "number", 1), intake.ErrHeader, "column number is there twice"},
		{"no header", "", plainPass, intake.ErrHeader, "are missing"},
		{"header with broken quotes", "", `"` + passes(plainPass), intake.ErrHeader, "cannot be read as CSV"},
		{"one endless line", "", strings.Repeat("x", 1<<20), intake.ErrHeader, "cannot be read as CSV"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, entdbtest.New(t), keys(t))
			_, err := d.Run(t.Context(), intake.Options{Kind: intake.Passes, Path: d.file(t, tt.content), Encoding: tt.encoding})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want %v with %q", err, tt.want, tt.says)
			}
			if strings.Contains(err.Error(), "9000001") {
				t.Error("the error tells a number")
			}
			if rows := query(t, d.db, contents["runs"]); len(rows) != 0 {
				t.Error("a run was written")
			}
		})
	}
}

func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	path := d.file(t, passes(plainPass))
	foreign := filepath.Join(d.dir, "letter.txt")
	if err := os.WriteFile(foreign, []byte("Dear all,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]intake.Options{
		"kind":                          {Kind: "pets", Path: path},
		"no file":                       {Kind: intake.Passes},
		"folder":                        {Kind: intake.Passes, Path: d.dir},
		"reject file is the file":       {Kind: intake.Passes, Path: path, Rejects: path},
		"reject file is something else": {Kind: intake.Passes, Path: path, Rejects: foreign},
	} {
		if _, err := d.Run(t.Context(), o); !errors.Is(err, intake.ErrOptions) {
			t.Errorf("%s: error %v, want %v", name, err, intake.ErrOptions)
		}
	}
	if rows := query(t, d.db, contents["runs"]); len(rows) != 0 {
		t.Error("a run was written")
	}
}
