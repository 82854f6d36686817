"""Reading logs: records of a topic within bounds, watermarks, commits, transactions that are open."""
