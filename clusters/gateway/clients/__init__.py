"""The clients of both Kafka libraries and their configuration."""
