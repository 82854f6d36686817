"""People, groups of people, and their grants."""
