package valueset

import (
	"strings"

	"cuelang.org/go/cue"
)

// Of returns the set of values that a CUE constraint describes. It never fails: a
// part that it cannot model is kept as an opaque part, and answers that depend on
// it are Unknown. A constraint in error describes the empty set.
//
// The set keeps the constraint, and so the CUE context, alive: CUE is asked to
// confirm the witnesses.
func Of(v cue.Value) Set {
	var b builder
	s := b.set(v)
	s.p.def = defaultOf(v)
	return s
}

// builder holds what is needed on the way down into one constraint.
type builder struct {
	// active are the references that are being followed, to notice recursion.
	active map[string]bool
	// lossy says that the evaluated form does not show all of a constraint.
	lossy bool
	depth int
	// closer is a package that closes what is put into it, and top is _.
	closer, top cue.Value
}

// maxDepth bounds the nesting of constraints.
const maxDepth = 40

// set returns the set of a constraint, with the constraint as its source. The
// result is not shared.
func (b *builder) set(v cue.Value) Set { return b.as(v, v) }

// as is set for a constraint that stands in a place which closes its structs: it is
// written as r, but e is what holds of values. Where r is no more than a reference,
// or one of several alternatives, the two differ.
func (b *builder) as(e, r cue.Value) Set {
	b.depth++
	defer func() { b.depth-- }()
	p := *b.guarded(e, r).parts()
	p.source = &source{cue: e, literal: p.source}
	return Set{&p}
}

// guarded describes a constraint that CUE may fail on: some of what its API does
// with validators ends in a panic (v0.17). Then nothing is known of the constraint.
func (b *builder) guarded(e, r cue.Value) (s Set) {
	defer func() {
		if recover() != nil {
			s = opaqueSet(e, AnyKind)
		}
	}()
	return b.describe(e, r)
}

func (b *builder) describe(e, r cue.Value) Set {
	k := e.IncompleteKind()
	switch {
	case k == cue.BottomKind && e.Err() != nil: // Err is dear, and nothing else has no kind
		return b.failing(e, r)
	case k&(cue.ListKind|cue.StructKind) == 0 && !looksInto(r):
		return b.scalar(r)
	case b.depth > maxDepth:
		return unknown(e, r)
	}
	return b.compound(e, r)
}

// failing describes a constraint that CUE reports an error for, as it stands. Data may
// still be in it: validators are asked about a list before it has its elements, and
// what refers to itself is not looked into.
func (b *builder) failing(e, r cue.Value) Set {
	final := e.IsConcrete() && !recursive(e) // more data does not mend it
	if final && !(r.Exists() && computed(r)) {
		return Empty()
	}
	k := e.IncompleteKind()
	if k == cue.BottomKind {
		k = writtenKinds(r)
	}
	switch {
	case k == cue.BottomKind && final:
		return Empty()
	case k == cue.BottomKind:
		k = cue.TopKind
	}
	if !recursive(e) {
		return b.incomplete(e, r, jsonKinds(k))
	}
	if s, ok := b.namedSet(e, r); ok {
		return s
	}
	return opaqueSet(e, jsonKinds(k))
}

// recursive reports whether CUE has not looked into a constraint because it refers
// to what it stands in. Data may still be in it, as lists and members come to an end.
func recursive(v cue.Value) bool {
	return strings.Contains(v.Err().Error(), "structural cycle")
}

// within describes a constraint that e is made of, closed as e is: what a definition
// refers to is closed, although it is open by itself.
func (b *builder) within(e, r cue.Value) Set {
	return b.as(b.closedLike(e, r), r)
}

func (b *builder) closedLike(e, r cue.Value) cue.Value {
	k := r.IncompleteKind()
	scalar := k != cue.BottomKind && k&(cue.ListKind|cue.StructKind) == 0
	if scalar || r.IsClosedRecursively() || !e.IsClosedRecursively() {
		return r
	}
	return b.closed(r)
}

// closed returns a constraint as a definition that refers to it.
func (b *builder) closed(v cue.Value) cue.Value {
	if !b.closer.Exists() {
		b.closer = newContext().CompileString("#x: y\ny: _")
	}
	return b.closer.FillPath(cue.ParsePath("y"), v).LookupPath(cue.ParsePath("#x"))
}

// defaultOf returns the default mark, if the constraint is a choice with one.
func defaultOf(v cue.Value) JSON {
	d, ok := v.Default()
	if !ok || v.IsConcrete() { // the default of [...string] is [], without a mark
		return ""
	}
	text, err := d.MarshalJSON()
	if err != nil || d.Validate(cue.Concrete(true)) != nil {
		return ""
	}
	j, _ := Compact(text)
	return j
}

// scalar describes a constraint on anything but lists and structs. CUE's evaluated
// form is exact here. It is also the fast path.
func (b *builder) scalar(v cue.Value) Set {
	e := v.Eval()
	if e.Kind() != cue.BottomKind {
		return constOf(e)
	}
	op, args := e.Expr()
	if op == cue.CallOp {
		s, _ := b.validator(v, args)
		return s
	}
	outer := b.lossy
	b.lossy = false
	defer func() { b.lossy = outer }()
	s := b.operation(e, op, args)
	if d, ok := v.Default(); ok {
		// Expr leaves out a default that another alternative covers, as it thinks.
		s = s.join(b.evaluated(d.Eval()))
	}
	if b.lossy {
		return opaqueSet(v, jsonKinds(v.IncompleteKind()))
	}
	return s
}

// evaluated describes the evaluated form of a constraint on scalars, or one of the
// constraints that may also hold of lists and structs: _, !=null, a validator.
func (b *builder) evaluated(v cue.Value) Set {
	if v.Kind() != cue.BottomKind {
		return constOf(v)
	}
	op, args := v.Expr()
	return b.operation(v, op, args)
}

func (b *builder) operation(v cue.Value, op cue.Op, args []cue.Value) Set {
	switch op {
	case cue.NoOp:
		if len(args) == 1 {
			if op, args2 := args[0].Expr(); op != cue.NoOp {
				return b.operation(args[0], op, args2) // the only alternative that Expr left
			}
			return OfKinds(jsonKinds(args[0].IncompleteKind()))
		}
	case cue.AndOp, cue.OrOp:
		return b.operands(op, args)
	case cue.CallOp:
		s, modelled := b.validator(v, args)
		for _, a := range args[1:] {
			// Constraints among the arguments are not in their original form any more.
			b.lossy = b.lossy || !modelled && (!a.IsConcrete() || a.Kind() == cue.ListKind)
		}
		return s
	case cue.RegexMatchOp, cue.NotRegexMatchOp:
		return matchOf(v, op, args[0])
	case cue.EqualOp, cue.NotEqualOp, cue.LessThanOp, cue.LessThanEqualOp, cue.GreaterThanOp, cue.GreaterThanEqualOp:
		return boundOf(v, op, args[0])
	}
	return opaqueSet(v, jsonKinds(v.IncompleteKind()))
}

// operands describes a conjunction or a choice. The strings of an enumeration, which
// may be long, are taken together.
func (b *builder) operands(op cue.Op, args []cue.Value) Set {
	var sets []Set
	var list []string
	for _, a := range args {
		if op == cue.OrOp && a.Kind() == cue.StringKind {
			if s, err := a.String(); err == nil {
				list = append(list, s)
				continue
			}
		}
		sets = append(sets, b.evaluated(a))
	}
	if len(list) > 0 {
		sets = append(sets, onKinds(StringKind, lit(textsOf(list...))))
	}
	if op == cue.AndOp {
		return intersectAll(sets)
	}
	return unionAll(sets)
}

// constOf is the set of a concrete scalar.
func constOf(v cue.Value) Set {
	w := value{kind: jsonKinds(v.Kind())}
	ok := true
	switch w.kind {
	case NullKind:
	case BooleanKind:
		b, err := v.Bool()
		w.isTrue, ok = b, err == nil
	case IntegerKind, FloatKind:
		w.num, ok = numberOf(v)
	case StringKind:
		s, err := v.String()
		w.text, ok = s, err == nil
	default: // bytes and functions are no JSON values
		return Empty()
	}
	if !ok {
		return opaqueSet(v, w.kind)
	}
	return constSet(&w)
}

func matchOf(v cue.Value, op cue.Op, arg cue.Value) Set {
	expr, err := arg.String()
	if err != nil || !validPattern(expr) {
		return opaqueSet(v, StringKind)
	}
	f := lit(patternOf(expr))
	if op == cue.NotRegexMatchOp {
		f = not(f)
	}
	return onKinds(StringKind, f)
}

// boundOf describes >5, <="m", !=null and the like.
func boundOf(v cue.Value, op cue.Op, arg cue.Value) Set {
	switch {
	case arg.Kind()&cue.NumberKind != 0:
		if n, ok := numberOf(arg); ok {
			in := rangeOf(op, n)
			of := Empty().p.of
			of[iInteger], of[iFloat] = lit(numbersIn(in, true)), lit(numbersIn(in, false))
			return newSet(of, nil)
		}
	case arg.Kind() == cue.StringKind:
		s, err := arg.String()
		if err != nil {
			break
		}
		if op == cue.NotEqualOp {
			return onKinds(StringKind, lit(texts{[]string{s}, true}))
		}
		return onKinds(StringKind, lit(order{rangeOf(op, text(s))}))
	case arg.Kind() == cue.NullKind && op == cue.NotEqualOp:
		return OfKinds(AnyKind &^ NullKind)
	}
	return opaqueSet(v, jsonKinds(v.IncompleteKind()))
}

func rangeOf[T ordered[T]](op cue.Op, v T) spans[T] {
	switch op {
	case cue.LessThanOp:
		return below(v, true)
	case cue.LessThanEqualOp:
		return below(v, false)
	case cue.GreaterThanOp:
		return above(v, true)
	case cue.GreaterThanEqualOp:
		return above(v, false)
	case cue.NotEqualOp:
		return pointOf(v).complement()
	}
	return pointOf(v)
}
