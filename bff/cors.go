package bff

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	connectcors "connectrpc.com/cors"
	"github.com/rs/cors"
)

// preflightSeconds is how long a browser may remember a preflight's answer.
const preflightSeconds = 7200

// allowOrigins lets pages of the given origins call the server. With none, a
// browser calls only from the server's own pages.
func allowOrigins(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: connectcors.AllowedMethods(),
		AllowedHeaders: slices.Concat(connectcors.AllowedHeaders(),
			[]string{"Accept-Language", "Authorization", headerIdempotencyKey, headerDevice, headerDelegation, headerRequestID}),
		ExposedHeaders: append(connectcors.ExposedHeaders(), headerRequestID),
		MaxAge:         preflightSeconds,
	}).Handler(next)
}

// checkOrigin accepts scheme and host, with a port if need be, and no wildcard.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return fmt.Errorf("origin %q is not scheme://host", origin)
	}
	return nil
}
