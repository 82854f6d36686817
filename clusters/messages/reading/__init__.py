"""A page of records: a bounded stretch of the log, what was found in it, and the cursor to go on from."""
