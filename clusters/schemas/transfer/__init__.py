"""All schemas of a registry as a file, and a file into a registry."""
