"""Signing in by LDAP directories: which there are, asking them, looking somebody up, and why one cannot be asked."""
