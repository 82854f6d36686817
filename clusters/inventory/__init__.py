"""The mirror of each cluster that lists are read from."""
