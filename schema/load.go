// Package schema is the language of OAuth/OIDC token contracts, and its reader.
//
// The definitions in *.cue say what a contract may look like; plain "cue vet" and
// editors use them as they are. Load reads a contract into the typed model:
// evaluated by CUE, checked against the same definitions, names resolved,
// defaults filled in, and every record with the place where its author wrote it.
package schema

import (
	"errors"

	"tokenctl.dev/internal/source"
)

// Load reads the contract in the tree's directory. The error is a *LoadError
// with every mistake that was found, or what kept the files from being read. A
// contract whose error is nil is sound: all names lead somewhere, and there is an
// issuer.
//
// Load reads nothing outside of the tree. It is not bounded in time and memory,
// because CUE's evaluator is not: run it in a process that is (internal/limit).
func Load(t *source.Tree) (*Contract, error) {
	a, ps := evaluate(t)
	if !a.value.Exists() {
		return nil, loadError(t, ps)
	}
	ps = append(ps, a.notLoaded()...)
	ps = append(ps, a.syntaxProblems()...)
	root, found := check(a)
	ps = append(ps, found...)
	if root == nil {
		return nil, loadError(t, ps)
	}
	c, found := decode(a, root)
	ps = append(ps, found...)
	ps = append(ps, validate(c)...)
	if c.Issuer == nil && len(ps) == 0 {
		p := ps.add("missing-field", c.FieldAt("name"), "the contract names no issuer, and no directory below completes it")
		p.Hint = `say whose tokens these are: issuer: url: "https://..."`
	}
	if len(ps) > 0 {
		return nil, loadError(t, ps)
	}
	return c, nil
}

func loadError(t *source.Tree, ps problems) error {
	if len(ps) == 0 {
		return errors.New("the contract cannot be evaluated")
	}
	return &LoadError{Name: t.Spec, Problems: ps.sorted()}
}
