"""Broker metrics, findings and channels, for programs."""
