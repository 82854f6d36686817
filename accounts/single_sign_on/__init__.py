"""Signing in with an account of one's company, by OpenID Connect; who is in which team follows from its groups."""
