"""A cluster as we know it: its form, its secrets, and how changes to it are told."""
