"""Commands about schemas: those of the registry, and a cluster's own Protobuf types."""
