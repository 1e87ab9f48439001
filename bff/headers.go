package bff

import "net/http"

// secure sets the headers that tell a browser what it must not do with an
// answer. Answers hold personal data, so nothing between here and the caller may
// keep one. The portal, whose files may be kept and need scripts, replaces
// Cache-Control and Content-Security-Policy by its own.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
