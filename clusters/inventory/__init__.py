"""The mirror of each cluster, which lists are read from."""
