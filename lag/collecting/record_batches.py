"""Records of the offsets topic, applied to a shard's windows."""

import time
from datetime import UTC, datetime, timedelta

from clusters.gateway.reading.offsets_topic import Record
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
    fetch_missing_ends(state, batch, now)
    fresh_ms = int((now - FRESH).timestamp() * 1000)
    state.engine.apply_all(batch, time.time_ns() // 1_000_000, fresh_ms, old_until)
    state.shard.records += len(batch)


def fetch_missing_ends(state: ShardState, batch: list[Record], now: datetime) -> None:
    keys = {key for _, _, key, _, _ in batch if key and not state.engine.has_target(key)}
    names = filter(None, map(names_in_key, keys))
    partitions = {(topic, partition) for group, topic, partition in names if state.accepts(group)}
    state.ends.fetch_missing(partitions, state.store, now)
