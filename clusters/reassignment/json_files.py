"""The JSON of kafka-reassign-partitions: which replicas partitions are to have. Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from clusters.gateway.offsets import Key, name_of
from clusters.reassignment.planning.layout import Layout, Move

LARGEST = 2_000_000  # characters


class Unreadable(ValueError):
    """It is no such file; the message says why."""


def write(replicas: Mapping[Key, tuple[int, ...]]) -> str:
    """Return the file for partitions' replicas."""
    partitions = [
        {"topic": topic, "partition": number, "replicas": list(brokers)}
        for (topic, number), brokers in sorted(replicas.items())
    ]
    return json.dumps({"version": 1, "partitions": partitions}, indent=1) + "\n"


def write_after(moves: Iterable[Move]) -> str:
    return write({move.key: move.new for move in moves})


def write_before(moves: Iterable[Move]) -> str:
    return write({move.key: move.old for move in moves})


def read(text: str) -> dict[Key, tuple[int, ...]]:
    """Read the file; replicas' log directories are not taken over.

    Raises:
        Unreadable: it is no such file, or names a partition twice.
    """
    if len(text) > LARGEST:
        raise Unreadable(f"The JSON has {len(text):,} characters; the limit is {LARGEST:,}.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"This is not JSON: {error}.") from error
    partitions = document.get("partitions") if isinstance(document, dict) else None
    if not isinstance(partitions, list):
        raise Unreadable("A list called “partitions” is required.")
    replicas: dict[Key, tuple[int, ...]] = {}
    for entry in partitions:
        key, brokers = read_entry(entry)
        if key in replicas:
            raise Unreadable(f"{name_of(key)} is listed twice.")
        replicas[key] = brokers
    return replicas


def read_entry(entry: Any) -> tuple[Key, tuple[int, ...]]:
    """Read one partition.

    Raises:
        Unreadable: something is missing.
    """
    try:
        topic, number, brokers = entry["topic"], entry["partition"], entry["replicas"]
    except (TypeError, KeyError) as error:
        raise Unreadable("Each partition needs topic, partition and replicas.") from error
    if not (
        isinstance(topic, str) and is_number(number) and isinstance(brokers, list) and all(map(is_number, brokers))
    ):
        raise Unreadable("topic must be text, partition a number, and replicas a list of broker ids.")
    if not brokers or len(set(brokers)) < len(brokers):
        raise Unreadable(f"{topic}-{number}: replicas must be different brokers, at least one.")
    return (topic, number), tuple(brokers)


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def moves_of(replicas: Mapping[Key, tuple[int, ...]], layout: Layout) -> list[Move]:
    """Return the moves to what a file says, of what is not there already.

    Raises:
        Unreadable: it names a partition that does not exist, or a broker that is not online.
    """
    moves = []
    for key, brokers in sorted(replicas.items()):
        partition = layout.partition_by_key.get(key)
        if partition is None:
            raise Unreadable(f"There is no partition {name_of(key)}.")
        offline = [broker for broker in brokers if broker not in layout.racks and broker not in partition.replicas]
        if offline:
            raise Unreadable(f"{name_of(key)}: broker {offline[0]} is not online.")
        if brokers != partition.replicas:
            moves.append(Move(*key, partition.replicas, brokers, partition.size))
    return moves
