"""Following a topic: what was written since the last look."""
