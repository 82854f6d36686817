"""What a topic's records are like: sizes, keys, nulls, headers, formats, rates, counted by a job and compared."""
