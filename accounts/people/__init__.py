"""People, groups of people, and what they were granted."""
