"""What clients of Kafka authenticate with, besides passwords of users."""
