"""Kafka Connect: connectors and the Connect clusters that they run in."""

from ninja import Router

router = Router(tags=["Kafka Connect"])
