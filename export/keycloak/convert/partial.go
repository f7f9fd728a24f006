package convert

import (
	"encoding/json"
	"fmt"
	"strconv"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
)

// exportPartial divides the realm into client scopes, one file each, and what a
// partial import reads. A client scope or client that is there already is an error
// of the server: nothing is changed in silence. Nobody replaces placeholders in a
// partial import: a salt that is written there would be one that everybody knows.
func exportPartial(is *issuance.Issuance) (*export.Result, error) {
	x, err := Export(is, Options{})
	if err != nil {
		return nil, err
	}
	settle(x.Realm)
	files, err := exportedParts(x.Realm)
	return &export.Result{Files: files, Losses: x.Losses}, err
}

func exportedParts(r *keycloak.Realm) (map[string][]byte, error) {
	text, err := keycloak.Marshal(r)
	if err != nil {
		return nil, err
	}
	var members struct {
		ClientScopes []json.RawMessage `json:"clientScopes"`
		Clients      json.RawMessage   `json:"clients"`
		Roles        json.RawMessage   `json:"roles"`
		Users        json.RawMessage   `json:"users,omitempty"`
	}
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, raw := range members.ClientScopes {
		var scope struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal(raw, &scope); err != nil {
			return nil, err
		}
		name := "client-scopes/" + unusual.ReplaceAllString(scope.Name, "_")
		for n, plain := 2, name; files[name+".json"] != nil; n++ {
			name = fmt.Sprintf("%s_%d", plain, n)
		}
		if files[name+".json"], err = indented(raw); err != nil {
			return nil, err
		}
	}
	part := map[string]any{"ifResourceExists": "FAIL", "clients": members.Clients, "roles": members.Roles}
	if members.Users != nil {
		part["users"] = members.Users
	}
	files["partial-import.json"], err = indented(part)
	return files, err
}

// settle sets on each client what the realm would set for it, and brings the service
// accounts, which a partial import does not make.
func settle(r *keycloak.Realm) {
	for _, c := range r.Clients {
		s := keycloak.SettingsOf(r, c, r.Version)
		c.Attributes["access.token.signed.response.alg"] = s.AccessAlg
		c.Attributes["id.token.signed.response.alg"] = s.IDAlg
		c.Attributes["access.token.lifespan"] = strconv.Itoa(s.AccessLifespan)
		if c.ServiceAccounts {
			c.Account = &keycloak.Account{}
		}
		if levels := r.Attributes["acr.loa.map"]; levels != "" {
			c.Attributes["acr.loa.map"] = levels
		}
	}
}
