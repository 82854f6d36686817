"""The area of groups."""
