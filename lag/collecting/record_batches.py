"""Records of the offsets topic, applied to a shard's windows."""

import time
from datetime import UTC, datetime, timedelta

from clusters.gateway.offsets import Key
from clusters.gateway.reading.offsets_topic import TOPIC, Record
from lag.collecting.shard_state import ShardState
from lag.records.commits import names_in_key

FRESH = timedelta(seconds=20)  # an older commit is from before the newest end offset: its lag is unknown


def apply_batch(state: ShardState, batch: list[Record], old_until: dict[int, int], now: datetime) -> None:
    """Apply records, once the end offsets of every partition they name are known.

    Raises:
        LeaseLost: another worker owns the shard.
        KafkaFailure: the cluster is not reachable.
    """
    state.shard.renew(datetime.now(UTC))
    fresh_ms = int((now - FRESH).timestamp() * 1000)
    fetch_missing_ends(state, batch, fresh_ms, now)
    state.engine.apply_all(batch, time.time_ns() // 1_000_000, fresh_ms, old_until)
    state.shard.records += len(batch)


def fetch_missing_ends(state: ShardState, batch: list[Record], fresh_ms: int, now: datetime) -> None:
    """Fetch the end offsets of partitions named for the first time. Coordinators of fresh commits know new topics."""
    records = {key: (source, at) for source, _, key, _, at in batch if key and not state.engine.has_target(key)}
    brokers = state.ends.leaders.get(TOPIC, ())
    partitions: set[Key] = set()
    coordinators: dict[Key, int] = {}
    for key, (source, at) in records.items():
        if (names := names_in_key(key)) and state.accepts(names[0]):
            partitions.add(names[1:])
            if at >= fresh_ms and source < len(brokers) and brokers[source] >= 0:
                coordinators[names[1:]] = brokers[source]
    state.ends.fetch_missing(partitions, state.store, now, coordinators)
