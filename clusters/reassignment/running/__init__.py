"""What a running reassignment does, batch by batch: its steps in Kafka, its throttle, how far it is."""
