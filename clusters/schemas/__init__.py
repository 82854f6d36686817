"""The schema registry of a cluster: its subjects, their versions and what changes between them."""
