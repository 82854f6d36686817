"""What groups of one type alone have: start offsets of share groups, topologies and tasks of streams groups."""
