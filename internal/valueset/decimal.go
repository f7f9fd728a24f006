package valueset

import (
	"math/big"
	"strconv"
	"strings"
)

// decimal is an exact number: coef × 10^exp. Unless it is zero, coef is not
// divisible by ten; zero has exp 0 and may have a nil coef. coef is never changed.
//
// The exponent may be huge (1e1000000000 is a JSON number of twelve bytes), so no
// method multiplies it out, unless it says so.
type decimal struct {
	coef *big.Int
	exp  int
}

// maxExp bounds the exponents that are understood at all. CUE v0.17 takes numbers
// with larger ones for 1.
const maxExp = 100_000

// maxShift bounds the powers of ten that are multiplied out.
const maxShift = 4096

var (
	ten  = big.NewInt(10)
	one  = big.NewInt(1)
	zero = new(big.Int)
)

func newDecimal(coef *big.Int, exp int) decimal {
	if coef.Sign() == 0 {
		return decimal{}
	}
	if coef.IsInt64() {
		n := coef.Int64()
		for n%10 == 0 {
			n /= 10
			exp++
		}
		return decimal{big.NewInt(n), exp}
	}
	coef = new(big.Int).Set(coef)
	var q, r big.Int
	for {
		q.QuoRem(coef, ten, &r)
		if r.Sign() != 0 {
			return decimal{coef, exp}
		}
		coef.Set(&q)
		exp++
	}
}

func decimalOf(n int) decimal { return newDecimal(big.NewInt(int64(n)), 0) }

// parseDecimal reads a number as JSON and CUE write it.
func parseDecimal(text string) (decimal, bool) {
	mant, exp := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n > maxExp || n < -maxExp {
			return decimal{}, false
		}
		mant, exp = text[:i], n
	}
	if whole, frac, ok := strings.Cut(mant, "."); ok {
		mant, exp = whole+frac, exp-len(frac)
	}
	// Trailing zeros go first: a quotient for each would be quadratic.
	if short := strings.TrimRight(mant, "0"); len(short) > 0 && short != "-" && short != "+" {
		mant, exp = short, exp+len(mant)-len(short)
	}
	coef, ok := new(big.Int).SetString(mant, 10)
	if !ok {
		return decimal{}, false
	}
	return newDecimal(coef, exp), true
}

func (d decimal) int() *big.Int {
	if d.coef == nil {
		return zero
	}
	return d.coef
}

func (d decimal) sign() int { return d.int().Sign() }

// magnitude is the position of the first digit: 10^(m-1) <= |d| < 10^m.
func (d decimal) magnitude() int {
	n := len(d.int().String()) + d.exp
	if d.sign() < 0 {
		n--
	}
	return n
}

func (d decimal) compare(e decimal) int {
	if a, b := d.sign(), e.sign(); a != b || a == 0 {
		return a - b
	}
	if d.exp == e.exp {
		return d.int().Cmp(e.int())
	}
	if a, b := d.magnitude(), e.magnitude(); a != b {
		if (a < b) == (d.sign() > 0) {
			return -1
		}
		return 1
	}
	// With equal magnitudes the exponents differ by less than the digits written.
	exp := min(d.exp, e.exp)
	return d.scaled(exp).Cmp(e.scaled(exp))
}

// scaled returns d / 10^exp, multiplied out; exp must not be above that of d. The
// result may be d's own coefficient, so it must not be changed.
func (d decimal) scaled(exp int) *big.Int {
	if d.exp == exp || d.coef == nil {
		return d.int()
	}
	p := new(big.Int).Exp(ten, big.NewInt(int64(d.exp-exp)), nil)
	return p.Mul(p, d.int())
}

func (d decimal) isInteger() bool { return d.exp >= 0 }

// floor returns the largest integer that is not above d.
func (d decimal) floor() decimal {
	if d.isInteger() {
		return d
	}
	if d.magnitude() <= 0 { // |d| < 1
		if d.sign() < 0 {
			return decimalOf(-1)
		}
		return decimal{}
	}
	p := new(big.Int).Exp(ten, big.NewInt(int64(-d.exp)), nil)
	q, _ := new(big.Int).DivMod(d.int(), p, new(big.Int)) // rounds down, as p > 0
	return newDecimal(q, 0)
}

// plus returns d + n for an integer d; false if d is too large to multiply out.
func (d decimal) plus(n int) (decimal, bool) {
	if d.exp > maxShift {
		return decimal{}, false
	}
	return newDecimal(new(big.Int).Add(d.scaled(0), big.NewInt(int64(n))), 0), true
}

// small returns d as an int where it is an integer that fits one.
func (d decimal) small() (int, bool) {
	if d.exp < 0 || d.exp > 18 {
		return 0, false
	}
	n := d.scaled(0)
	return int(n.Int64()), n.IsInt64()
}

// key identifies the number.
func (d decimal) key() string {
	if d.exp == 0 {
		return d.int().String()
	}
	return d.int().String() + "e" + strconv.Itoa(d.exp)
}

// integerText writes an integer as JSON does, with all its zeros.
func (d decimal) integerText() string {
	return d.int().String() + strings.Repeat("0", d.exp)
}

// floatText writes d so that it is read as a float: with a fraction or an exponent.
func (d decimal) floatText() string {
	digits := new(big.Int).Abs(d.int()).String()
	sign := ""
	if d.sign() < 0 {
		sign = "-"
	}
	switch {
	case d.exp >= 0 && d.exp < 16:
		return sign + digits + strings.Repeat("0", d.exp) + ".0"
	case d.exp < 0 && -d.exp < len(digits):
		return sign + digits[:len(digits)+d.exp] + "." + digits[len(digits)+d.exp:]
	case d.exp < 0 && -d.exp < len(digits)+16:
		return sign + "0." + strings.Repeat("0", -d.exp-len(digits)) + digits
	}
	return sign + digits + "e" + strconv.Itoa(d.exp)
}

// between returns a number strictly between lo and hi, a short one where there is
// one near.
func between(lo, hi decimal) decimal {
	// Start at the coarser scale and refine until a multiple of 10^exp fits.
	exp := hi.magnitude()
	if hi.sign() == 0 || lo.sign() != 0 && lo.magnitude() > exp {
		exp = lo.magnitude()
	}
	for ; ; exp-- {
		unit := decimal{} // lo / 10^exp
		if lo.sign() != 0 {
			unit = decimal{lo.coef, lo.exp - exp}
		}
		// No limit is needed: hi-lo is not below the last digit that was written.
		next := new(big.Int).Add(unit.floor().scaled(0), one)
		d := newDecimal(next, exp)
		if d.compare(hi) < 0 {
			return d
		}
	}
}
