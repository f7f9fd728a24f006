package schema

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

//go:embed *.cue
var definitions embed.FS

// Files returns the definitions of the language as CUE source, by file name. A
// package made of them is what "tokenctl init" vendors.
func Files() map[string][]byte {
	entries, err := definitions.ReadDir(".")
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	files := make(map[string][]byte, len(entries))
	for _, e := range entries {
		b, err := fs.ReadFile(definitions, e.Name())
		if err != nil {
			panic(err)
		}
		files[e.Name()] = b
	}
	return files
}

// A form is what a place of a contract may hold.
type form int

const (
	record  form = iota // an object with these fields
	table               // an object with any names, all alike
	list                // a list of elements, all alike
	text                // a string, perhaps one of some
	number              // an integer with a lower bound
	boolean             // true or false
	data                // any concrete JSON value
	object              // any concrete JSON object
	set                 // any CUE constraint
)

// A shape is what the schema allows at one place.
type shape struct {
	form     form
	name     string // of the definition: Claim
	doc      string
	fields   []*field         // record, in the order of the schema
	elem     *shape           // table, list
	words    []string         // text: the words that it may be
	patterns []*regexp.Regexp // text: or what it may match
	rule     string           // text: "must be first or third"
	min      int64            // number
	exact    bool             // number: min is the only value
}

// A field is one field of a record.
type field struct {
	name     string // with its # if it holds a set
	required bool
	doc      string
	shape    *shape
}

func (s *shape) field(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// shapes is the table of the language: the shape of each definition by its name
// without the #. It is read out of the embedded schema, so that plain "cue vet"
// and tokenctl go by one text.
var shapes = sync.OnceValue(func() map[string]*shape {
	table, err := readShapes(Files())
	if err != nil {
		panic(err) // a test holds the embedded schema to the part of CUE that is read
	}
	return table
})

// readShapes reads the table of fields out of schema files. It knows the small
// part of CUE that they use: definitions, embedded definitions, maps by pattern,
// lists, basic kinds, enums of strings with an error arm, regular expressions
// and lower bounds. Anything else is an error.
func readShapes(files map[string][]byte) (map[string]*shape, error) {
	r := shapeReader{decls: map[string]*ast.Field{}, done: map[string]*shape{}}
	var names []string
	for file, src := range files {
		f, err := parser.ParseFile(file, src, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			def, ok := d.(*ast.Field)
			if !ok {
				continue
			}
			name, _, err := ast.LabelName(def.Label)
			if err != nil {
				return nil, err
			}
			r.decls[name] = def
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if _, err := r.definition(name); err != nil {
			return nil, err
		}
	}
	return r.done, nil
}

type shapeReader struct {
	decls map[string]*ast.Field
	done  map[string]*shape
}

func (r *shapeReader) definition(label string) (*shape, error) {
	name := strings.TrimPrefix(label, "#")
	if s := r.done[name]; s != nil {
		return s, nil
	}
	decl := r.decls[label]
	if decl == nil {
		return nil, fmt.Errorf("schema: no definition %s", label)
	}
	s := &shape{name: name, doc: docText(decl)}
	r.done[name] = s // before its fields: members hold members
	return s, r.read(s, decl.Value)
}

func (r *shapeReader) expr(x ast.Expr) (*shape, error) {
	if id, ok := x.(*ast.Ident); ok && strings.HasPrefix(id.Name, "#") {
		return r.definition(id.Name)
	}
	s := &shape{}
	return s, r.read(s, x)
}

func (r *shapeReader) read(s *shape, x ast.Expr) error {
	switch x := x.(type) {
	case *ast.StructLit:
		return r.readStruct(s, x)
	case *ast.ListLit:
		return r.readList(s, x)
	case *ast.Ident:
		return r.readIdent(s, x)
	case *ast.BasicLit:
		return readExact(s, x)
	case *ast.UnaryExpr:
		s.form = text
		return r.readWord(s, x)
	case *ast.BinaryExpr:
		if x.Op == token.OR {
			s.form = text
			return r.readWord(s, x)
		}
		return readBound(s, x)
	}
	return outside(x)
}

func (r *shapeReader) readStruct(s *shape, x *ast.StructLit) error {
	s.form = record
	for _, d := range x.Elts {
		switch d := d.(type) {
		case *ast.EmbedDecl:
			id, ok := d.Expr.(*ast.Ident)
			if !ok {
				return outside(d)
			}
			inner, err := r.definition(id.Name)
			if err != nil {
				return err
			}
			for _, f := range inner.fields {
				if s.field(f.name) == nil { // a record may embed one definition by two ways
					s.fields = append(s.fields, f)
				}
			}
		case *ast.Ellipsis:
			s.form = object
		case *ast.Field:
			if _, ok := d.Label.(*ast.ListLit); ok {
				elem, err := r.expr(d.Value)
				if err != nil {
					return err
				}
				s.form, s.elem = table, elem
				continue
			}
			f, err := r.readField(d)
			if err != nil {
				return err
			}
			s.fields = append(s.fields, f)
		default:
			return outside(d)
		}
	}
	return nil
}

func (r *shapeReader) readField(d *ast.Field) (*field, error) {
	name, _, err := ast.LabelName(d.Label)
	if err != nil {
		return nil, err
	}
	inner, err := r.expr(d.Value)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, "#") && inner.form == data {
		inner = &shape{form: set}
	} else if strings.HasPrefix(name, "#") && inner.form == table && inner.elem.form == data {
		inner = &shape{form: table, elem: &shape{form: set}}
	}
	switch d.Constraint {
	case token.NOT, token.OPTION:
	default:
		return nil, fmt.Errorf("%v: field %s must be marked as optional or required", d.Pos(), name)
	}
	return &field{name: name, required: d.Constraint == token.NOT, doc: docText(d), shape: inner}, nil
}

func (r *shapeReader) readList(s *shape, x *ast.ListLit) error {
	s.form = list
	if len(x.Elts) != 1 {
		return outside(x)
	}
	e, ok := x.Elts[0].(*ast.Ellipsis)
	if !ok {
		return outside(x)
	}
	if e.Type == nil {
		s.elem = &shape{form: data}
		return nil
	}
	elem, err := r.expr(e.Type)
	s.elem = elem
	return err
}

func (r *shapeReader) readIdent(s *shape, x *ast.Ident) error {
	switch x.Name {
	case "string":
		s.form = text
	case "bool":
		s.form = boolean
	case "_":
		s.form = data
	default:
		return outside(x)
	}
	return nil
}

// readWord reads one alternative of an enum, or the alternatives that it holds.
func (r *shapeReader) readWord(s *shape, x ast.Expr) error {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op != token.OR {
			return outside(x)
		}
		if err := r.readWord(s, x.X); err != nil {
			return err
		}
		return r.readWord(s, x.Y)
	case *ast.BasicLit:
		word, err := unquote(x)
		s.words = append(s.words, word)
		return err
	case *ast.UnaryExpr:
		lit, ok := x.X.(*ast.BasicLit)
		if !ok || x.Op != token.MAT {
			return outside(x)
		}
		src, err := unquote(lit)
		if err != nil {
			return err
		}
		re, err := regexp.Compile(src)
		s.patterns = append(s.patterns, re)
		return err
	case *ast.CallExpr:
		fn, ok := x.Fun.(*ast.Ident)
		if !ok || fn.Name != "error" || len(x.Args) != 1 {
			return outside(x)
		}
		lit, ok := x.Args[0].(*ast.BasicLit)
		if !ok {
			return outside(x)
		}
		rule, err := unquote(lit)
		s.rule = rule
		return err
	}
	return outside(x)
}

// readBound reads int & >=1 and int & >0.
func readBound(s *shape, x *ast.BinaryExpr) error {
	id, ok := x.X.(*ast.Ident)
	bound, isUnary := x.Y.(*ast.UnaryExpr)
	if !ok || !isUnary || x.Op != token.AND || id.Name != "int" {
		return outside(x)
	}
	lit, ok := bound.X.(*ast.BasicLit)
	if !ok {
		return outside(x)
	}
	n, err := strconv.ParseInt(lit.Value, 10, 64)
	switch bound.Op {
	case token.GEQ:
	case token.GTR:
		n++
	default:
		return outside(x)
	}
	s.form, s.min = number, n
	return err
}

func readExact(s *shape, x *ast.BasicLit) error {
	n, err := strconv.ParseInt(x.Value, 10, 64)
	s.form, s.min, s.exact = number, n, true
	return err
}

func unquote(x *ast.BasicLit) (string, error) {
	s, err := strconv.Unquote(x.Value)
	if err != nil {
		return "", fmt.Errorf("%v: %s is not a plain string: %w", x.Pos(), x.Value, err)
	}
	return s, nil
}

func docText(d *ast.Field) string {
	for _, c := range ast.Comments(d) {
		if c.Doc {
			return strings.TrimSpace(c.Text())
		}
	}
	return ""
}

func outside(n ast.Node) error {
	return fmt.Errorf("%v: %T is outside the part of CUE that the schema may use", n.Pos(), n)
}
