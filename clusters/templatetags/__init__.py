"""Template tags for Kafka's terms."""
