"""A schema registry by Confluent's API: its client, the schemas it gives, and Protobuf compiled from them."""
