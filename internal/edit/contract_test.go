package edit

import (
	"maps"
	"path/filepath"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/load"
)

// What init writes passes plain "cue vet -c" and "cue fmt --check".
func TestNewContractIsPlainCUE(t *testing.T) {
	for _, name := range []string{"bank", "My Bank!", "2nd", "ß"} {
		files := NewContract("contracts/x", name)
		formatted, err := format.Source(files["contracts/x/contract.cue"])
		if err != nil || string(formatted) != string(files["contracts/x/contract.cue"]) {
			t.Errorf("%q: not as cue fmt has it: %v\n%s", name, err, formatted)
		}
		maps.Copy(files, Vendored())
		maps.Copy(files, NewModule())
		root := t.TempDir()
		overlay := map[string]load.Source{}
		for name, b := range files {
			overlay[filepath.Join(root, filepath.FromSlash(name))] = load.FromBytes(b)
		}
		inst := load.Instances([]string{"./contracts/x"}, &load.Config{Dir: root, Overlay: overlay, Env: []string{}})[0]
		v := cuecontext.New().BuildInstance(inst)
		if err := v.Validate(cue.Concrete(true)); err != nil {
			t.Errorf("%q: cue vet -c: %v", name, err)
		}
	}
}
