"""Kafka Connect by its REST API: the client, connectors, plugins, offsets, loggers."""
