"""Kafka's users: their SCRAM credentials, with the ACLs and quotas that they have."""
