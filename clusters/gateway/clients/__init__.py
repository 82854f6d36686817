"""The clients and what they are made from: connections, properties, Kafka's own protocol."""
