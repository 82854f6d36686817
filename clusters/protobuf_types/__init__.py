"""Protobuf types of a cluster's records, from uploaded or declared files."""
