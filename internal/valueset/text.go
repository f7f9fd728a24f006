package valueset

// Text returns a string as a JSON value.
func Text(s string) JSON { return JSON(quote(s)) }
