"""Broker metrics: signals under the names they go by, findings, charts."""
