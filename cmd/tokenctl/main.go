// Command tokenctl keeps the OAuth/OIDC token contract of an organisation: what
// its tokens contain, who gets them and who reads them.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
