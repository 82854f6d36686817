"""Brokers: listed and configured, their directories, the quorum, and moving replicas between them."""
