"""Deleting several things at once: one preview, one confirmation, and what became of each."""
