"""The area of brokers."""
