"""What __consumer_offsets says. Pure."""
