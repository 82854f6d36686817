"""Clusters that are declared: in a file, in the environment, by an upload."""
