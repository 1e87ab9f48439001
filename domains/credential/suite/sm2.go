package suite

import (
	"crypto/ecdsa"
	"crypto/rand"
	"fmt"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/golang-jwt/jwt/v5"
)

// sm2Method signs tokens with SM2 over SM3, under the identity that GB/T 35276 uses where
// none was agreed on. The signature is both numbers, 32 bytes each, as that of ES256 is.
type sm2Method struct{}

// Alg names it in a header.
func (sm2Method) Alg() string { return "SM2-SM3" }

// Sign signs with a key that this package made.
func (sm2Method) Sign(text string, key any) ([]byte, error) {
	k, ok := key.(*sm2.PrivateKey)
	if !ok {
		return nil, jwt.ErrInvalidKeyType
	}
	r, s, err := sm2.SignWithSM2(rand.Reader, &k.PrivateKey, nil, []byte(text))
	if err != nil {
		return nil, fmt.Errorf("sm2: %w", err)
	}
	signature := make([]byte, 2*coordinate)
	r.FillBytes(signature[:coordinate])
	s.FillBytes(signature[coordinate:])
	return signature, nil
}

// Verify fails unless the signature is the key's.
func (sm2Method) Verify(text string, signature []byte, key any) error {
	k, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	if len(signature) != 2*coordinate {
		return jwt.ErrTokenSignatureInvalid
	}
	r, s := new(big.Int).SetBytes(signature[:coordinate]), new(big.Int).SetBytes(signature[coordinate:])
	if !sm2.VerifyWithSM2(k, nil, []byte(text), r, s) {
		return jwt.ErrTokenSignatureInvalid
	}
	return nil
}

func generateSM2() (private, error) {
	key, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		return private{}, err
	}
	return pairSM2(key)
}

func openSM2(secret []byte) (private, error) {
	key, err := sm2.ParseRawPrivateKey(secret)
	if err != nil {
		return private{}, err
	}
	return pairSM2(key)
}

func pairSM2(key *sm2.PrivateKey) (private, error) {
	public, err := sm2.PublicKeyToECDH(&key.PublicKey)
	if err != nil {
		return private{}, err
	}
	return private{
		signs: key, verifies: &key.PublicKey, secret: key.D.FillBytes(make([]byte, coordinate)), point: public.Bytes(),
	}, nil
}

func publicSM2(point []byte) (any, error) { return sm2.ParseUncompressedPublicKey(point) }

// A parser of golang-jwt knows a signature by its name alone.
func init() {
	jwt.RegisterSigningMethod(sm2Method{}.Alg(), func() jwt.SigningMethod { return sm2Method{} })
}
