// Package valueset compares sets of JSON values.
//
// Of turns a CUE constraint into a Set. Sets can be joined, intersected and
// asked: Includes says whether every value of one set is in another, Relate puts
// an old set beside a new one, Overlaps looks for a common value, Contains asks
// for one value. Size, Values, Member, Elem and others say what a set looks like.
//
// Answers have three values. Yes is said only where it is proven. No comes with a
// value that shows it, and where a set was made from CUE, CUE itself has been
// shown that value and agrees. All else is Unknown, with the reason.
//
// # What is in a set
//
// A set holds JSON values, not CUE values. A value is in the set of a constraint
// if unifying it with the constraint neither fails nor adds anything to it. So a
// regular field means that the member is there, also if the constraint gives its
// value or a default: {} is not in {typ: "at+jwt"}. Definitions and hidden fields
// are no members. Bytes and functions are no JSON values, so the set of bytes is
// empty. As in CUE, 1 and 1.0 are different values, and so are 100 and 1e2; a
// number without fraction and exponent is an integer.
//
// # How it decides
//
// The seven kinds of JSON values (integers and other numbers apart) never meet,
// so a set is one formula for each kind: a combination by and, or and not of
// atoms such as a range of numbers, a regular expression, the shape of an object.
// Whether A includes B is whether "B and not A" is empty. Numbers are decided by
// intervals; strings by searching the product of the automata of their regular
// expressions, built while searching; lists and objects by looking for one that
// fits the one shape and violates the others, place by place.
//
// What cannot be modelled, such as a validator that this package does not know or
// a field that refers to another field, stays in the formula as an opaque atom
// that may hold of any value of its kinds. Two opaque atoms with equal text are
// the same atom. So answers that do not depend on it are still definite, and
// those that do are Unknown, unless a value can be found that CUE settles.
//
// Searches have a limit on their work. Past it the answer is Unknown.
//
// Known to differ from CUE: math.MultipleOf is exact here, while CUE rounds
// quotients to 34 digits.
package valueset
