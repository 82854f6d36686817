"""Kafka's log as it is fetched: batches, unpacked piece by piece, and their records. Memory is bounded by us."""
