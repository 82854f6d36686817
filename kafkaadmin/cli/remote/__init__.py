"""Commands that ask a running kafkaadmin by its API."""
