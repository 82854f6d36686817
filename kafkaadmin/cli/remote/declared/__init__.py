"""Commands about a cluster as a file."""
