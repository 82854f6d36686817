"""Commands that call the API of a running kafkaadmin."""
