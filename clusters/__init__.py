"""Kafka clusters: how to reach them, what they hold, and every change to them."""
