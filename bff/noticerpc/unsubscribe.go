package noticerpc

import (
	"net/http"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// UnsubscribePath is where a mail's token ends mails: with POST and one click, as
// RFC 8058 has it.
const UnsubscribePath = "/unsubscribe/"

// Unsubscribe ends mails by the token in the path. A token that is none is
// answered alike. A GET does nothing, because mail scanners follow links: it asks
// for the click.
func Unsubscribe(notices *notice.Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodPost {
			_, _ = w.Write([]byte(`<!doctype html><meta charset="utf-8"><title>退訂 退订 Unsubscribe</title>` +
				`<form method="post"><button>退訂電子郵件 退订邮件 Unsubscribe</button></form>`))
			return
		}
		if err := notices.Unsubscribe(r.Context(), r.PathValue("token")); err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(`<!doctype html><meta charset="utf-8"><title>完成 Done</title>完成。 Done.`))
	})
}
