// Command tokenctl keeps the OAuth/OIDC token contract of an organisation: what
// its tokens contain, who gets them and who reads them.
package main

func main() {}
