//go:build unix

package keycloaktest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// JWT returns the header and the payload of a token, without looking at its
// signature.
func JWT(token string) (header, payload map[string]any, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, nil, fmt.Errorf("not a JWT: %d parts", len(parts))
	}
	for i, out := range []*map[string]any{&header, &payload} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, nil, err
		}
		if err := decode(data, out); err != nil {
			return nil, nil, err
		}
	}
	return header, payload, nil
}

// lifetime is exp less iat.
func lifetime(claims map[string]any) int {
	exp, _ := claims["exp"].(json.Number)
	iat, _ := claims["iat"].(json.Number)
	to, _ := exp.Int64()
	from, _ := iat.Int64()
	return int(to - from)
}
