package sdjwt

import (
	"encoding/json"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

// read takes from the claims of a token what the formats say, and leaves the rest open.
func (c *Credential) read(claims map[string]any) error {
	var ok [5]bool
	c.Issuer, ok[0] = claims["iss"].(string)
	c.Kind, ok[1] = claims["vct"].(string)
	c.Issued, ok[2] = moment(claims["iat"])
	c.NotBefore, ok[3] = moment(claims["nbf"])
	c.Status, ok[4] = statusOf(claims["status"])
	if ok != [5]bool{true, true, true, true, true} {
		return ErrForm
	}
	if exp, there := claims["exp"]; there {
		var good bool
		if c.Expires, good = moment(exp); !good {
			return ErrForm
		}
	}
	c.Open = map[string]any{}
	for name, value := range claims {
		if !Reserved(name) {
			c.Open[name] = value
		}
	}
	return nil
}

// moment is a time as tokens have it: whole seconds since 1970.
func moment(value any) (time.Time, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return time.Time{}, false
	}
	seconds, err := n.Int64()
	return time.Unix(seconds, 0).UTC(), err == nil
}

func statusOf(value any) (Status, bool) {
	outer, _ := value.(map[string]any)
	inner, _ := outer["status_list"].(map[string]any)
	uri, isText := inner["uri"].(string)
	n, isNumber := inner["idx"].(json.Number)
	if !isText || !isNumber {
		return Status{}, false
	}
	index, err := n.Int64()
	return Status{URI: uri, Index: int(index)}, err == nil && index >= 0
}

// digestsOf are the hashes that a token stands for, each once.
func digestsOf(claims map[string]any, s *suite.Suite) (map[string]bool, error) {
	list, _ := claims["_sd"].([]any)
	if claims["_sd_alg"] != s.HashName {
		return nil, ErrForm
	}
	digests := make(map[string]bool, len(list))
	for _, one := range list {
		text, ok := one.(string)
		if !ok || digests[text] {
			return nil, ErrForm
		}
		digests[text] = true
	}
	return digests, nil
}

// Read takes from the claims of any token of the house what credentials have too. It fails
// with [ErrForm].
func Read(claims map[string]any) (Credential, error) {
	var c Credential
	err := c.read(claims)
	return c, err
}
