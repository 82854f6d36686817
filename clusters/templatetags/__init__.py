"""Template tags that know Kafka's nouns."""
