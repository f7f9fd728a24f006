//go:build unix

package keycloaktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"
)

// proofKey is a key that DPoP proofs (RFC 9449) are signed with.
type proofKey struct{ *ecdsa.PrivateKey }

func newProofKey() (proofKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return proofKey{key}, err
}

// prove adds a proof to a request. token is the access token that the request
// shows, empty if it asks for one.
func (k proofKey) prove(req *http.Request, token string) error {
	point, err := k.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	header := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]string{
		"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:]),
	}}
	claims := map[string]any{"htm": req.Method, "htu": req.URL.String(), "iat": time.Now().Unix(), "jti": rand.Text()}
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		claims["ath"] = b64(sum[:])
	}
	var parts [2]string
	for i, v := range []any{header, claims} {
		data, err := json.Marshal(v)
		if err != nil {
			return err
		}
		parts[i] = b64(data)
	}
	signed := parts[0] + "." + parts[1]
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, k.PrivateKey, sum[:])
	if err != nil {
		return err
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	req.Header.Set("DPoP", signed+"."+b64(signature))
	return nil
}
