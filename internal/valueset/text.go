package valueset

import "encoding/json"

// Text returns a string as a JSON value.
func Text(s string) JSON { return JSON(quote(s)) }

// Text returns the string that a JSON value is; false if it is none.
func (v JSON) Text() (string, bool) {
	var s *string
	err := json.Unmarshal([]byte(v), &s)
	if err != nil || s == nil {
		return "", false
	}
	return *s, true
}
