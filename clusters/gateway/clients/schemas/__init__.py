"""Kafka's own schemas of messages that kafka-python does not ship."""
