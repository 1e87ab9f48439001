package stafftest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// idToken makes a token, forged or not.
func (p *Provider) idToken(nonce string) string {
	now := p.now()
	header := map[string]any{"alg": "EdDSA", "kid": "EdDSA"}
	claims := map[string]any{
		"iss": p.URL, "aud": ClientID, "sub": p.Subject, "nonce": nonce, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	var signer crypto.Signer
	if p.Forge != nil {
		signer = p.Forge(header, claims)
	}
	alg, _ := header["alg"].(string)
	if signer == nil {
		signer = p.Keys[alg]
	}
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	text := b64(h) + "." + b64(c)
	token := text + "." + b64(p.sign(alg, text, signer))
	if p.Raw != nil {
		token = p.Raw(token)
	}
	return token
}

// sign signs a token's text as its header says, right or wrong.
func (p *Provider) sign(alg, text string, signer crypto.Signer) []byte {
	switch method := jwt.GetSigningMethod(alg); {
	case alg == "HS256": // with the public key for a secret
		mac := hmac.New(sha256.New, p.Keys["EdDSA"].Public().(ed25519.PublicKey))
		mac.Write([]byte(text))
		return mac.Sum(nil)
	case method != nil && alg != "none":
		signature, _ := method.Sign(text, signer)
		return signature
	}
	return nil
}
