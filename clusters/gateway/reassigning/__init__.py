"""Moving replicas between brokers and between log directories, and the throttles of it."""
