package sheet_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/credential/sheet"
)

// chromium is where the browser is, Debian's package chromium. Without one the test or
// benchmark is skipped, unless MINZHENGTONG_TEST_REQUIRE contains "chromium".
func chromium(t testing.TB) string { return program(t, "chromium", "chromium") }

// program is where a program of a Debian package is.
func program(t testing.TB, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if strings.Contains(os.Getenv("MINZHENGTONG_TEST_REQUIRE"), pkg) {
		t.Fatalf("%s is required and not there", name)
	}
	t.Skipf("there is no %s: install Debian's package %s", name, pkg)
	return ""
}

// run runs a program to its end and returns what it prints.
func run(t testing.TB, path string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, problems.String())
	}
	return out.Bytes()
}

// browserFlags keep a browser off the network and its profile in a folder of the test.
func browserFlags(dir string) []string {
	return []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--user-data-dir=" + dir,
	}
}

// browser is a running one with one tab. It speaks the DevTools protocol over two pipes:
// JSON, each message ended by a zero byte.
type browser struct {
	to      io.Writer
	from    *bufio.Reader
	session string
	last    int
}

// startBrowser starts one that ends with the test.
func startBrowser(t testing.TB, path, dir string) *browser {
	t.Helper()
	theirs, ours := pipe(t), pipe(t)
	cmd := exec.CommandContext(t.Context(), path, append(browserFlags(dir), "--remote-debugging-pipe", "about:blank")...)
	cmd.ExtraFiles = []*os.File{theirs.r, ours.w} // 3 and 4, as the flag has it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := &browser{to: theirs.w, from: bufio.NewReaderSize(ours.r, 1<<20)}
	t.Cleanup(func() {
		theirs.w.Close() // it ends when the pipe does
		cmd.Wait()       // how a browser ends says nothing
	})
	theirs.r.Close()
	ours.w.Close()
	target := b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	b.session, _ = b.call(t, "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	b.call(t, "Page.enable", nil)
	return b
}

type ends struct{ r, w *os.File }

func pipe(t testing.TB) ends {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return ends{r, w}
}

// call sends a command and returns its result; events in between are passed over.
func (b *browser) call(t testing.TB, method string, params map[string]any) map[string]any {
	t.Helper()
	b.last++
	message := map[string]any{"id": b.last, "method": method, "params": params}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.to.Write(append(data, 0)); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := b.from.ReadBytes(0)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int
			Result map[string]any
			Error  any
		}
		if err := json.Unmarshal(line[:len(line)-1], &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Error != nil {
			t.Fatalf("%s: %v", method, answer.Error)
		}
		if answer.ID == b.last {
			return answer.Result
		}
	}
}

// print puts a page into the tab and prints it.
func (b *browser) print(t testing.TB, html string) []byte {
	t.Helper()
	tree, _ := b.call(t, "Page.getFrameTree", nil)["frameTree"].(map[string]any)
	frame, _ := tree["frame"].(map[string]any)
	b.call(t, "Page.setDocumentContent", map[string]any{"frameId": frame["id"], "html": html})
	text, _ := b.call(t, "Page.printToPDF", map[string]any{"printBackground": true, "preferCSSPageSize": true})["data"].(string)
	file, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// page says in HTML what a sheet says, in the same sizes.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html><html lang="{{.Lang}}"><meta charset="utf-8"><title>{{.Title.First}}</title>
<style>@page{size:A5;margin:0}body{margin:0;font:12.5pt "WenQuanYi Micro Hei",sans-serif;color:#212121}
main{margin:6mm;border:1.1mm solid #961c1c;padding:8mm;min-height:178mm}h1{color:#961c1c;font-size:21pt;margin:0}
header{text-align:center;border-bottom:.7mm double #961c1c}td{border-bottom:.2mm solid #ded2c8;padding:2mm 0;vertical-align:top}
th{width:33mm;text-align:left;color:#961c1c;font:10.5pt "WenQuanYi Micro Hei"}small{display:block;font-size:7.5pt;color:#6e6862}
.ghost{position:fixed;left:20mm;transform:rotate(-32deg);font-size:30pt;color:#f3ece6;z-index:-1}svg{width:33mm;float:right}</style>
{{range .Ghosts}}<div class="ghost" style="top:{{.}}mm">{{$.Notice.First}}</div>{{end}}
<main><header><b>{{.Notice.First}}</b><small>{{.Notice.Other}}</small>{{.Issuer.Value}}<h1>{{.Title.First}}</h1><small>{{.Title.Other}}</small></header>
<table>{{range .Rows}}<tr><th>{{.Label.First}}<small>{{.Label.Other}}</small><td>{{.Value}}{{end}}</table>
<svg viewBox="0 0 41 41"><path d="{{.Squares}}"/></svg><p>{{.Number.Label.First}}<br>{{.Number.Value}}<p>{{.Validity.Label.First}}<br>{{.Validity.Value}}
</main></html>`))

// htmlOf is that page.
func htmlOf(t testing.TB, s sheet.Sheet) string {
	t.Helper()
	var out bytes.Buffer
	err := page.Execute(&out, struct {
		sheet.Sheet
		Ghosts  []int
		Squares string
	}{s, []int{60, 115, 170}, squares(t, s.Code)})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}
