"""Several connectors at once: those that were selected, whichever Connect clusters they are in."""
