package tokenctl_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers are the packages of this module from the bottom up. A package imports
// only packages of the layers below its own; cmd composes (docs/architecture.md).
var layers = [][]string{
	{"internal/source", "internal/valueset", "internal/limit", "internal/scale", "internal/inclaim", "docs"},
	{"schema", "internal/want", "internal/pairs"},
	{"internal/issuance", "internal/edit", "internal/random", "report"},
	{"lint/classify", "internal/waiver", "internal/sample", "internal/given"},
	{"lint", "diff", "audit", "export/jsonschema", "verify", "export", "export/keycloak"},
	{"export/keycloak/keycloaktest", "export/keycloak/convert"},
	{"export/keycloak/converttest"},
	{"internal/docgen", "internal/catalogue"},
	{"cmd/tokenctl"},
}

// only names the packages that may import another project's.
var only = map[string][]string{
	"github.com/spf13/cobra":                {"cmd/tokenctl"},
	"github.com/google/go-cmp":              {"diff"},
	"cuelang.org/go":                        {"schema", "internal/valueset", "internal/random", "internal/edit", "internal/pairs"},
	"github.com/santhosh-tekuri/jsonschema": {"verify"},
	"golang.org/x/tools/txtar":              {"internal/want"},
	"github.com/rogpeppe/go-internal":       {},
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	layer := map[string]int{}
	for i, l := range layers {
		for _, pkg := range l {
			layer[pkg] = i
		}
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg := strings.TrimPrefix(strings.TrimPrefix(words[0], "tokenctl.dev"), "/")
		if pkg == "" {
			continue
		}
		mine, ok := layer[pkg]
		if !ok {
			t.Errorf("package %s is in no layer", pkg)
		}
		for _, imp := range words[1:] {
			if rest, ok := strings.CutPrefix(imp, "tokenctl.dev/"); ok && layer[rest] >= mine {
				t.Errorf("%s imports %s, which is not below it", pkg, rest)
			}
			for path, allowed := range only {
				if (imp == path || strings.HasPrefix(imp, path+"/")) && !slices.Contains(allowed, pkg) {
					t.Errorf("%s imports %s", pkg, imp)
				}
			}
		}
	}
}
