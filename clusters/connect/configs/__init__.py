"""Configurations of connectors: the form of a plugin, checked by the workers, without secrets."""
