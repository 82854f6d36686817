"""One's own tokens, in the browser."""
