"""Kafka Connect: the Connect clusters of a cluster, their connectors, and what is changed in them."""
