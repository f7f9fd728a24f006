//go:build unix

package keycloaktest

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"

	"tokenctl.dev/export/keycloak"
)

// Password is the password of every user that a Tenant makes.
const Password = "not-a-password"

// Tenant is a realm on a running server.
type Tenant struct {
	Server  *Server
	Realm   *keycloak.Realm
	Users   []keycloak.User // with their ids
	clients map[string]string
	groups  map[string]string
}

// Import imports a file that Prepare made, and lets users have any attributes and
// log in without them.
func (s *Server) Import(file []byte, realm *keycloak.Realm) (*Tenant, error) {
	if _, err := s.Admin("POST", "", file, nil); err != nil {
		return nil, err
	}
	return s.Adopt(realm)
}

// Adopt is Import for a realm that is on the server already.
func (s *Server) Adopt(realm *keycloak.Realm) (*Tenant, error) {
	t := &Tenant{Server: s, Realm: realm, clients: map[string]string{}, groups: map[string]string{}}
	var profile map[string]any
	if err := t.admin("GET", "/users/profile", nil, &profile); err != nil {
		return nil, err
	}
	profile["unmanagedAttributePolicy"] = "ENABLED"
	if err := t.admin("PUT", "/users/profile", profile, nil); err != nil {
		return nil, err
	}
	var action map[string]any
	if err := t.admin("GET", "/authentication/required-actions/VERIFY_PROFILE", nil, &action); err != nil {
		return nil, err
	}
	action["enabled"] = false
	if err := t.admin("PUT", "/authentication/required-actions/VERIFY_PROFILE", action, nil); err != nil {
		return nil, err
	}
	var clients []struct{ ID, ClientID string }
	if err := t.admin("GET", "/clients", nil, &clients); err != nil {
		return nil, err
	}
	for _, c := range clients {
		t.clients[c.ClientID] = c.ID
	}
	return t, t.findGroups(realm.Groups, "")
}

// Remove deletes the realm from the server.
func (t *Tenant) Remove() error { return t.admin("DELETE", "", nil, nil) }

func (t *Tenant) admin(method, path string, body, out any) error {
	_, err := t.Server.Admin(method, "/"+url.PathEscape(t.Realm.Name)+path, body, out)
	return err
}

func (t *Tenant) findGroups(groups []keycloak.Group, above string) error {
	for _, g := range groups {
		p := above + "/" + g.Name
		var found struct{ ID string }
		if err := t.admin("GET", "/group-by-path"+(&url.URL{Path: p}).EscapedPath(), nil, &found); err != nil {
			return err
		}
		t.groups[p] = found.ID
		if err := t.findGroups(g.Groups, p); err != nil {
			return err
		}
	}
	return nil
}

// AddUser creates a user with a password, and makes it have exactly the roles and
// groups that it says.
func (t *Tenant) AddUser(u keycloak.User) error {
	body := map[string]any{
		"username": u.Username, "enabled": true, "emailVerified": u.EmailVerified, "attributes": u.Attributes,
		"credentials": []map[string]any{{"type": "password", "value": Password, "temporary": false}},
	}
	for name, v := range map[string]string{"email": u.Email, "firstName": u.FirstName, "lastName": u.LastName} {
		if v != "" {
			body[name] = v
		}
	}
	location, err := t.Server.Admin("POST", "/"+url.PathEscape(t.Realm.Name)+"/users", body, nil)
	if err != nil {
		return err
	}
	u.ID = path.Base(location)
	var made struct{ Attributes map[string][]string }
	if err := t.admin("GET", "/users/"+u.ID, nil, &made); err != nil {
		return err
	}
	for name := range u.Attributes {
		if len(made.Attributes[name]) != len(u.Attributes[name]) {
			return fmt.Errorf("the server did not keep attribute %q of user %q", name, u.Username)
		}
	}
	if err := t.setRoles(u); err != nil {
		return err
	}
	for _, g := range u.Groups {
		if err := t.admin("PUT", "/users/"+u.ID+"/groups/"+t.groups[g], map[string]any{}, nil); err != nil {
			return err
		}
	}
	for _, alias := range u.Organizations {
		if err := t.join(alias, u.ID); err != nil {
			return err
		}
	}
	t.Users = append(t.Users, u)
	return nil
}

// join makes an organization and a user its member.
func (t *Tenant) join(alias, user string) error {
	location, err := t.Server.Admin("POST", "/"+url.PathEscape(t.Realm.Name)+"/organizations", map[string]any{
		"name": alias, "alias": alias, "enabled": true, "domains": []map[string]any{{"name": alias + ".example"}},
	}, nil)
	if err != nil {
		return err
	}
	return t.admin("POST", "/organizations/"+path.Base(location)+"/members", []byte(user), nil)
}

// setRoles takes from the user what new users get, and assigns what it says.
func (t *Tenant) setRoles(u keycloak.User) error {
	var have []map[string]any
	at := "/users/" + u.ID + "/role-mappings"
	if err := t.admin("GET", at+"/realm", nil, &have); err != nil {
		return err
	}
	if err := t.admin("DELETE", at+"/realm", have, nil); err != nil {
		return err
	}
	byClient := map[string][]map[string]any{}
	for _, ref := range u.Roles {
		from := "/roles/" + url.PathEscape(ref.Name)
		if ref.Client != "" {
			from = "/clients/" + t.clients[ref.Client] + from
		}
		var role map[string]any
		if err := t.admin("GET", from, nil, &role); err != nil {
			return fmt.Errorf("role %s: %w", ref, err)
		}
		byClient[ref.Client] = append(byClient[ref.Client], role)
	}
	for _, client := range slices.Sorted(maps.Keys(byClient)) {
		to := at + "/realm"
		if client != "" {
			to = at + "/clients/" + t.clients[client]
		}
		if err := t.admin("POST", to, byClient[client], nil); err != nil {
			return err
		}
	}
	return nil
}
