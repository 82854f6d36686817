"""Signals, the names they go by, and the charts there are. Pure."""
