"""Delegation tokens of users: Kafka has them, and nothing of them is stored here."""
