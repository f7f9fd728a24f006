package diff

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// notCompared are the fields whose change is no Change, and why. It is the whole
// list: the test below changes every other field of the language.
var notCompared = map[string]string{
	"description": "documentation",
	"owner":       "who to ask; no token depends on it",
	"team":        "part of owner",
	"contact":     "part of owner",
	"labels":      "notes of the organisation",
	"language":    "there is one version of the language",
	"version":     "it follows from the changes",
	"examples":    "they show the contract and are no part of it",
}

// Every field of the language, changed: it is a Change, or stands in the list
// above. So nothing that the decoder or Compare forgets stays unseen.
func TestEveryFieldIsCompared(t *testing.T) {
	src, err := os.ReadFile("../testdata/language/everything/everything.cue")
	if err != nil {
		t.Fatal(err)
	}
	old, err := loadText(src)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile("c.cue", src)
	if err != nil {
		t.Fatal(err)
	}
	var path []string
	tried, loaded := 0, 0
	ast.Walk(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		name, _, _ := ast.LabelName(field.Label)
		path = append(path, name)
		if slices.ContainsFunc(path, func(s string) bool { return notCompared[s] != "" }) {
			return true
		}
		variants := variants(name, field.Value)
		if len(variants) == 0 {
			return true
		}
		tried++
		new := firstThatLoads(src, field, variants)
		if new == nil {
			t.Logf("%s: no other value loads", strings.Join(path, "."))
			return true
		}
		loaded++
		if len(Compare(old, new)) == 0 {
			t.Errorf("line %d: a change of %s is no Change", field.Pos().Line(), strings.Join(path, "."))
		}
		return true
	}, func(n ast.Node) {
		if _, ok := n.(*ast.Field); ok {
			path = path[:len(path)-1]
		}
	})
	if tried < 250 || loaded < tried*95/100 {
		t.Errorf("of %d fields, only %d could be changed", tried, loaded)
	}
}

func loadText(src []byte) (*schema.Contract, error) {
	return schema.Load(source.Files("everything", ".", map[string][]byte{"c.cue": src}))
}

func firstThatLoads(src []byte, field *ast.Field, variants []string) *schema.Contract {
	start, end := field.Value.Pos().Offset(), field.Value.End().Offset()
	for _, v := range variants {
		if v == longer {
			v = strings.TrimSuffix(string(src[start:end]), "]") + `, "other"]`
		}
		if c, err := loadText(slices.Concat(src[:start], []byte(v), src[end:])); err == nil {
			return c
		}
	}
	start = field.Label.Pos().Offset()
	if bytes.ContainsRune(src[start:end], '\n') {
		return nil
	}
	c, err := loadText(slices.Concat(src[:start], src[end:])) // the field taken out
	if err != nil {
		return nil
	}
	return c
}

// longer stands for the list with another element.
const longer = "[longer]"

// variants are other values that a field may have. Names and words of the
// language are among them; what does not fit does not load.
func variants(field string, x ast.Expr) []string {
	switch x := x.(type) {
	case *ast.BasicLit:
		switch x.Kind {
		case token.STRING:
			text, _ := strconv.Unquote(x.Value)
			var out []string
			for _, w := range slices.Concat(wordsOf[field], []string{text + "x"}, otherNames) {
				if w != text {
					out = append(out, strconv.Quote(w))
				}
			}
			return out
		case token.TRUE:
			return []string{"false"}
		case token.FALSE:
			return []string{"true"}
		case token.INT:
			return []string{x.Value + "1"}
		}
	case *ast.ListLit:
		return []string{"[]", `["other"]`, longer}
	case *ast.Ident, *ast.UnaryExpr, *ast.BinaryExpr:
		return []string{`"other"`, "int"}
	}
	return nil
}

// wordsOf are the words that a field may hold, by its name in any record.
var wordsOf = func() map[string][]string {
	out := map[string][]string{}
	for _, d := range schema.Reference() {
		for _, f := range d.Fields {
			if strings.Contains(f.Type, `\|`) {
				out[f.Name] = append(out[f.Name], strings.Split(f.Type, ` \| `)...)
			}
		}
	}
	return out
}()

// otherNames are other names and values that the contract knows.
var otherNames = []string{"uuid", "3h", "2029-01-01", "9.9.9", "client_credentials", "sub", "tid", "openid", "lean", "userinfo", "plain_token", "aal2", "high", "edge"}
