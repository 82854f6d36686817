"""The source of commits that knows all Burrow knows: the offsets topic, read to its present end."""

from datetime import datetime

from clusters.gateway.errors import KafkaFailure, NotAuthorized
from clusters.gateway.reading.offsets_topic import OffsetsTopicReader
from lag.collecting.deleted_records import go_past_deleted
from lag.collecting.idle_groups import fill_idle
from lag.collecting.record_batches import FRESH, apply_batch
from lag.collecting.shard_state import ShardState
from lag.collecting.start_positions import is_readable
from lag.collecting.topic_partitions import source_ends, start_where_new
from lag.models import Shard

READ_SECONDS = 3.0  # per round; the rest is read in the next


class ReadingRefused(Exception):
    """The offsets topic may not be read."""


class TopicSource:
    """Reads the offsets topic on from where the shard has read to."""

    def __init__(self, state: ShardState) -> None:
        self.state = state
        self.reader: OffsetsTopicReader | None = None
        self.old_until: dict[int, int] = {}

    def read(self, now: datetime) -> dict[int, int]:
        """Read to the present end, or for a few seconds; return the ends by partition.

        Raises:
            ReadingRefused: we may not read it, or not even see it.
            KafkaFailure: the cluster is not reachable.
        """
        try:
            ends = source_ends(self.state, now)
            self._start(ends)
            self._mark_old_records(ends, now)
            self._read_on(ends, now)
        except NotAuthorized as failure:
            raise ReadingRefused from failure
        fill_idle(self.state, ends, now)
        return ends

    def close(self) -> None:
        if self.reader:
            self.reader.close()
            self.reader = None

    def _start(self, ends: dict[int, int]) -> None:
        """Start where nothing was read, and, once reading is allowed, from nothing: samples and commits don't mix.

        That it is allowed only a read proves.
        """
        state = self.state
        if start_where_new(state, ends):
            self.close()
        if state.shard.mode == Shard.POLLING:
            if ends and not is_readable(state.connection, state.positions, ends):
                raise ReadingRefused
            state.forget_groups()
            state.shard.mode = Shard.READING

    def _mark_old_records(self, ends: dict[int, int], now: datetime) -> None:
        """After a pause, records written meanwhile cannot be measured against today's end offsets."""
        if self.state.last_round is None or now - self.state.last_round > FRESH:
            self.old_until = dict(ends)

    def _read_on(self, ends: dict[int, int], now: datetime) -> None:
        try:
            for batch in self._opened().read(self.state.positions, ends, READ_SECONDS):
                apply_batch(self.state, batch, self.old_until, now)
        except NotAuthorized:
            raise
        except KafkaFailure:
            if not go_past_deleted(self.state, ends):
                raise
            self.close()
        self._skip_gaps()

    def _opened(self) -> OffsetsTopicReader:
        if self.reader is None:
            self.reader = OffsetsTopicReader(self.state.connection, self.state.positions)
        return self.reader

    def _skip_gaps(self) -> None:
        """Skip the offsets before an end that have no record."""
        positions = self.state.positions
        for source, offset in (self.reader.reached if self.reader else {}).items():
            positions[source] = max(positions.get(source, 0), offset)
