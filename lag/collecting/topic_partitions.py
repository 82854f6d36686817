"""The partitions of the offsets topic that a shard reads: their ends, and where reading begins."""

from datetime import datetime

from clusters.gateway import offsets, topics
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.gateway.reading.offsets_topic import TOPIC
from lag.collecting.shard_state import ShardState
from lag.collecting.start_positions import starts
from lag.records.partitioner import Partitioner


def source_ends(state: ShardState, now: datetime) -> dict[int, int]:
    """Return the ends of this shard's partitions of the offsets topic; none where it does not exist yet.

    Raises:
        KafkaFailure: with the cause.
    """
    state.partitioner = state.present_partitioner() or new_partitioner(state, now)
    partitions = [number for number in range(state.partitioner.count) if state.shard.has(number)]
    if not partitions:
        return {}
    leaders = {(TOPIC, number): state.ends.leaders[TOPIC][number] for number in partitions}
    marks, failures = offsets.end_offsets(state.connection, leaders, leaders=leaders)
    ends = {number: end for (_, number), end in marks.items() if end is not None}
    if failures and not ends:
        raise KafkaFailure(failures[0].sentence, "Check the brokers that lead __consumer_offsets.")
    return ends


def new_partitioner(state: ShardState, now: datetime) -> Partitioner:
    """Look for the offsets topic at once, not at the next refresh: Kafka creates it for the first group.

    Raises:
        NotAuthorized: it may exist, but may not be described.
    """
    try:
        topics.describe(state.connection, TOPIC)
    except NotFound:
        return Partitioner(0)
    state.ends.list_topics(state.store, now)
    return state.present_partitioner()


def start_where_new(state: ShardState, ends: dict[int, int]) -> bool:
    """Choose where to start in partitions that were never read, or were created again; tell whether there are any.

    Raises:
        KafkaFailure: a partition's oldest offset is not known.
    """
    forget_remade(state, ends)
    new = ends.keys() - state.positions.keys()
    if not new:
        return False
    first, moment_ms = starts(state.connection, {number: ends[number] for number in new})
    state.positions.update(first)
    state.shard.idle_before_ms = moment_ms or state.shard.idle_before_ms
    return True


def forget_remade(state: ShardState, ends: dict[int, int]) -> None:
    """Forget the groups of partitions that end before our position: the offsets topic was created again."""
    for number in [number for number, end in ends.items() if state.positions.get(number, 0) > end]:
        del state.positions[number]
        state.forget_groups(number)
