"""The record of a classic consumer group: who owns which partition."""

from collections.abc import Iterator
from typing import NamedTuple

from lag.records.wire import MalformedError, Reader

_NEWEST_VERSION = 3
_INT32_BYTES = 4


class OwnerSet(NamedTuple):
    """A member was assigned a partition. ``owner`` is the member's host as Kafka writes it, as ``/10.0.0.1``."""

    group: str
    topic: str
    partition: int
    owner: str
    client_id: str


class OwnersCleared(NamedTuple):
    """A group has no members: nobody owns its partitions."""

    group: str


OwnerEvent = OwnerSet | OwnersCleared


def decode(group: str, value: bytes) -> tuple[tuple[OwnerEvent, ...], str]:
    """Return the owners that a record names and, if it could be read only in part, the reason (else "").

    Members read before the fault count. Groups that are not consumers, such as Connect's, give nothing.
    """
    events: list[OwnerEvent] = []
    try:
        events.extend(_events(group, Reader(value)))
    except MalformedError as error:
        return tuple(events), str(error)
    return tuple(events), ""


def _events(group: str, reader: Reader) -> Iterator[OwnerEvent]:
    version = reader.int16("version")
    if not 0 <= version <= _NEWEST_VERSION:
        raise MalformedError(f"group metadata value version {version} is not known")
    if _protocol_type(reader, version) != "consumer":
        return
    count = reader.int32("member count")
    if count == 0:
        yield OwnersCleared(group)
    for _ in range(count):
        yield from _member(group, reader, version)


def _protocol_type(reader: Reader, version: int) -> str:
    protocol_type = reader.string("protocol type")
    reader.int32("generation")
    reader.string("protocol")
    reader.string("leader")
    if version >= 2:
        reader.int64("time of the state")
    return protocol_type


def _member(group: str, reader: Reader, version: int) -> list[OwnerSet]:
    reader.string("member id")
    if version >= 3:
        reader.string("group instance id")
    client_id = reader.string("client id")
    host = reader.string("client host")
    if version >= 1:
        reader.int32("rebalance timeout")
    reader.int32("session timeout")
    reader.at_most(reader.int32("subscription"))
    # Like Burrow: a length that reaches past the record's end is taken as "to the end".
    assignment = reader.at_most(reader.int32("assignment"))
    owned = _assignment(Reader(assignment)) if assignment else {}
    return [OwnerSet(group, topic, number, host, client_id) for topic, numbers in owned.items() for number in numbers]


def _assignment(reader: Reader) -> dict[str, list[int]]:
    version = reader.int16("assignment version")
    if version < 0:
        raise MalformedError(f"assignment version {version} is not known")
    topics: dict[str, list[int]] = {}
    for _ in range(reader.int32("topic count")):
        topic = reader.string("assigned topic")
        topics[topic] = _numbers(reader)
    reader.int32("user data")
    return topics


def _numbers(reader: Reader) -> list[int]:
    count = reader.int32("partition count")
    if count < 0 or count * _INT32_BYTES > reader.left():
        raise MalformedError(f"a partition count of {count} does not fit its record")
    return [reader.int32("assigned partition") for _ in range(count)]
