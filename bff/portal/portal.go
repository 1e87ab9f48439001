// Package portal serves the web app. Its source stands beside this file, what is served in
// gen/portal, which build.sh writes.
//
// What a page may do is written in its policy: scripts, styles, pictures and calls of the own
// house only. Files with a digest in their names are kept for ever, the page itself is asked
// for each time, so a new version is there with the next load.
package portal

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	built "github.com/minzhengtong/minzhengtong/gen/portal"
)

// policy is the Content-Security-Policy of every answer.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types vue"

// file is one that is served.
type file struct {
	media         string
	plain, packed []byte
	// fixed: its name holds a digest of its content.
	fixed bool
}

// portal serves files by their paths.
type portal struct {
	files map[string]file
	page  file
}

// New returns the web app: the files by their paths, and the page for every other path that
// has no ending, because its rooms are pages of one app.
func New() (http.Handler, error) {
	dist, err := fs.Sub(built.Files, "dist")
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	p := portal{files: map[string]file{}}
	err = fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		p.files["/"+name], err = newFile(name, content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("portal: read the files: %w", err)
	}
	var there bool
	if p.page, there = p.files["/index.html"]; !there {
		return nil, errors.New("portal: there is no page: run bff/portal/build.sh")
	}
	return p, nil
}

// newFile packs a file once, for all who ask.
func newFile(name string, content []byte) (file, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return file{}, err
	}
	if _, err := w.Write(content); err != nil {
		return file{}, err
	}
	if err := w.Close(); err != nil {
		return file{}, err
	}
	media := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".webmanifest" {
		media = "application/manifest+json"
	}
	return file{media: media, plain: content, packed: packed.Bytes(), fixed: strings.HasPrefix(name, "assets/")}, nil
}

// ServeHTTP implements http.Handler.
func (p portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	f, there := p.files[r.URL.Path]
	switch {
	case there:
	case path.Ext(r.URL.Path) == "":
		f = p.page
	default:
		http.NotFound(w, r)
		return
	}
	f.serve(w, r)
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", f.media)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-cache")
	if f.fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}
