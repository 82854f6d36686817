"""Burrow's interfaces: its HTTP API, its metrics, its configuration as it would show it."""
