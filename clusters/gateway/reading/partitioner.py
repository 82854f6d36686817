"""Which partition a key belongs to, as Java's default partitioner and librdkafka's ``murmur2`` have it. Pure."""

from kafka.partitioner.default import murmur2


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a key that is not null."""
    digest: int = murmur2(key)
    return (digest & 0x7FFFFFFF) % partitions
