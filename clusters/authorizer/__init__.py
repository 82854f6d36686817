"""What Kafka's authorizer decides: rules over ACLs. Pure."""
