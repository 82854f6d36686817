"""Records of the offsets topic that Kafka deleted before they were read."""

import logging
import time

from clusters.gateway.reading.offsets_topic import TOPIC
from lag.collecting.shard_state import ShardState
from lag.collecting.start_positions import log_starts

DELETED = "deleted before it was read"
log = logging.getLogger(__name__)


def go_past_deleted(state: ShardState, ends: dict[int, int]) -> bool:
    """Continue at the log's start where records were deleted before they were read; tell whether any were.

    Raises:
        KafkaFailure: the cluster is not reachable.
    """
    lows, _ = log_starts(state.connection, ends)
    positions = state.positions
    missed = {number: low - positions[number] for number, low in lows.items() if low > positions[number]}
    for number, records in missed.items():
        log.warning(
            "%s: %s records of %s-%s were deleted before they were read.", state.cluster, records, TOPIC, number
        )
        state.engine.counts[DELETED] += records
        positions[number] = lows[number]
    if missed:
        state.shard.idle_before_ms = state.shard.idle_before_ms or time.time_ns() // 1_000_000
    return bool(missed)
