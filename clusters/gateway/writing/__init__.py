"""Writing records, and deleting them."""
