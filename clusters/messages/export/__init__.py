"""The records of a query as a file, streamed."""
