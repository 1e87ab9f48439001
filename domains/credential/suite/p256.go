package suite

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
)

func generateP256() (private, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return private{}, err
	}
	return pairP256(key)
}

func openP256(secret []byte) (private, error) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret)
	if err != nil {
		return private{}, err
	}
	return pairP256(key)
}

func pairP256(key *ecdsa.PrivateKey) (private, error) {
	secret, err := key.Bytes()
	if err != nil {
		return private{}, err
	}
	point, err := key.PublicKey.Bytes()
	return private{signs: key, verifies: &key.PublicKey, secret: secret, point: point}, err
}

func publicP256(point []byte) (any, error) {
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
}
