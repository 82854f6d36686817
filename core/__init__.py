"""The base of all other packages. Imports no app."""
