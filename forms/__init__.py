"""HTML forms; the rules they enforce are the schemas'."""
