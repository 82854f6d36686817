"""Reassignment: which brokers have the replicas of partitions, planned, moved in batches, and cancelled."""
