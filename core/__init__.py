"""What everybody stands on. Imports no app."""
