"""Where a group's commits are: Java's own hashes, and what Kafka makes of them."""

import pytest

from lag.records.partitioner import Partitioner, java_hash

# Text, Java's String.hashCode, and Kafka's Utils.abs of it modulo 50 and modulo 12, as a JVM printed them.
HASHES = [
    ("", 0, 0, 0),
    ("a", 97, 47, 1),
    ("hello", 99162322, 22, 10),
    ("search-indexer", 857172442, 42, 10),
    ("orders.consumer", 1282770143, 43, 11),
    ("ääö", 226422, 22, 6),
    ("🦊 fox", 847626171, 21, 3),
    ("payments-settlement", -623208503, 3, 11),
    ("billing", -109829509, 9, 1),
    ("analytics", -1693017210, 10, 6),
    ("polygenelubricants", -(2**31), 0, 0),  # whose magnitude no int holds: Kafka takes 0
    ("DESIGNING WORKHOUSES", -(2**31), 0, 0),
]


@pytest.mark.parametrize(("group", "hash_code", "of_fifty", "of_twelve"), HASHES)
def test_a_group_is_in_the_partition_that_kafka_chooses(
    group: str, hash_code: int, of_fifty: int, of_twelve: int
) -> None:
    assert java_hash(group) == hash_code % 2**32
    assert Partitioner(50).partition_for(group) == of_fifty
    assert Partitioner(12).partition_for(group) == of_twelve


def test_where_the_topic_is_not_known_nothing_is_divided() -> None:
    assert not Partitioner(0)
    assert Partitioner(0).partition_for("billing") == 0
