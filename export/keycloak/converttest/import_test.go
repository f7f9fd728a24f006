package converttest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/export/keycloak/converttest"
	"tokenctl.dev/export/keycloak/keycloaktest"
	"tokenctl.dev/internal/edit"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// imported is a realm as a contract: its files as they are written, and the contract
// that they load as.
func imported(t *testing.T, r *keycloak.Realm) (files map[string][]byte, is *issuance.Issuance, x *convert.Imported) {
	t.Helper()
	x = convert.Import(r, "realm.json")
	files = map[string][]byte{}
	for name, text := range x.Files {
		formatted, err := edit.Format(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		again, err := edit.Format(formatted)
		if err != nil || !bytes.Equal(again, formatted) {
			t.Errorf("%s is not as cue fmt leaves it", name)
		}
		files[name] = formatted
	}
	c, err := schema.Load(source.Files("imported", ".", files))
	if err != nil {
		t.Fatalf("%v\n%s", err, files["clients.cue"])
	}
	return files, issuance.Of(c), x
}

// realms are those made for tests and, where they are at hand, real ones.
func realms(t *testing.T) map[string]*keycloak.Realm {
	t.Helper()
	out := map[string]*keycloak.Realm{}
	versions := []keycloak.Version{{Major: 24, Patch: 5}, {Major: 25, Patch: 6}, keycloak.Latest()}
	if testing.Short() {
		versions = versions[2:]
	}
	for _, v := range versions {
		for _, made := range keycloaktest.Realms(v) {
			out[made.Realm.Name+" of "+v.String()] = made.Realm
		}
	}
	for _, name := range []string{"bank", "logingov", "idporten", "smart"} {
		r := subject(t, name).Realm
		out["export of "+name] = r
	}
	dir := os.Getenv("TOKENCTL_CORPUS")
	if dir == "" {
		t.Log("TOKENCTL_CORPUS is not set: no real realms")
		return out
	}
	for _, name := range []string{"cvmanager-realm", "master-realm-24.0.5", "master-realm-25.0.5", "master-realm-26.5.5"} {
		data, err := os.ReadFile(filepath.Join(dir, "keycloak", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		f, err := keycloak.Read(bytes.NewReader(data), keycloak.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		out[name] = f.Realms[0]
	}
	return out
}

// TestImport: what the contract of an imported realm says is what the evaluator says
// of the realm, but for the declared losses.
func TestImport(t *testing.T) {
	for name, r := range realms(t) {
		t.Run(name, func(t *testing.T) {
			_, is, in := imported(t, r)
			x, err := convert.Export(is, convert.Options{Salt: "salt"})
			if err != nil {
				t.Fatal(err)
			}
			s := &converttest.Subject{Exported: x, Is: is, Losses: in.Losses, Loose: true}
			tally := evaluated(s, r)
			for i, m := range tally.Mismatches {
				if i < 6 {
					t.Error(m)
				}
			}
			if tally.Claims == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// TestFixpoint: import, export, import gives the same contract.
func TestFixpoint(t *testing.T) {
	for name, r := range realms(t) {
		t.Run(name, func(t *testing.T) {
			first, is, _ := imported(t, r)
			x, err := convert.Export(is, convert.Options{Salt: "salt"})
			if err != nil {
				t.Fatal(err)
			}
			x.Realm.Version = r.Version
			second, _, _ := imported(t, x.Realm)
			for file := range first {
				if !bytes.Equal(first[file], second[file]) {
					t.Errorf("%s changes:\n%s", file, difference(string(first[file]), string(second[file])))
				}
			}
		})
	}
}
