"""Preferred leader elections, of a topic or of the whole cluster."""
