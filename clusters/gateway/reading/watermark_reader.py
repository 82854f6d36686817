"""Watermarks of many partitions, asked for every few seconds: of what has not moved, nothing is decoded.

On a quiet cluster that is everything, and on a busy one all but the chunks whose topics are written to.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clusters.gateway import offsets
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.undecoded import Response, Undecoded
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import Key, Watermarks
from clusters.gateway.result import Failure

SHARE = 0.4  # of the timeout: what a broker that hangs does not say is asked for once more, of whoever leads by then
UNKNOWN = Watermarks(None, None)


@dataclass
class Chunk:
    """Some partitions of one leader, the two requests for them, and the digests of the last good responses."""

    leader: int
    partitions: list[Key]
    requests: tuple[Undecoded, Undecoded]
    digests: tuple[bytes, ...] = ()


@dataclass
class WatermarkReader:
    """Reads the watermarks of one cluster's partitions, for one purpose."""

    connection: Connection
    leaders: dict[Key, int | None] = field(default_factory=dict)
    chunks: list[Chunk] = field(default_factory=list)
    marks: dict[Key, Watermarks] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(
        self, leaders: Mapping[Key, int | None], *, timeout: float
    ) -> tuple[Mapping[Key, Watermarks], tuple[Failure, ...]]:
        """Return low and high watermarks of the partitions with these leaders, as ``offsets.watermarks`` does.

        Raises:
            KafkaFailure: the cluster is not reachable at all.
        """
        with self.lock:
            return self._read(leaders, timeout)

    def has_moved(self, *, timeout: float) -> bool:
        """Tell whether any watermark changed since it was last read, or may have, since somebody does not answer."""
        with self.lock:
            pairs = self._responses(timeout)
            return any(
                not chunk.digests or digests_of(*pair) != chunk.digests
                for chunk, pair in zip(self.chunks, pairs, strict=True)
            )

    def _read(
        self, leaders: Mapping[Key, int | None], timeout: float
    ) -> tuple[Mapping[Key, Watermarks], tuple[Failure, ...]]:
        deadline = time.monotonic() + timeout
        if leaders != self.leaders:
            self._plan(leaders)
        unread = [key for chunk in self._read_chunks(timeout * SHARE) for key in chunk.partitions]
        unread += [key for key, leader in leaders.items() if leader is None or leader < 0]
        marks = dict.fromkeys(leaders, UNKNOWN) | self.marks
        if not unread:
            return marks, ()
        left = max(deadline - time.monotonic(), timeout * SHARE)
        others, failures = offsets.watermarks(self.connection, unread, leaders=leaders, timeout=left)
        return {**marks, **others}, failures

    def _plan(self, leaders: Mapping[Key, int | None]) -> None:
        self.leaders, self.marks = dict(leaders), {}
        by_leader: dict[int, list[Key]] = {}
        for key, leader in leaders.items():
            if leader is not None and leader >= 0:
                by_leader.setdefault(leader, []).append(key)
        self.chunks = [chunk for leader, keys in by_leader.items() for chunk in chunks(leader, keys)]

    def _read_chunks(self, timeout: float) -> Iterator[Chunk]:
        """Ask for all chunks, and keep what is new; yield the chunks of which something is missing."""
        for chunk, (high, low) in zip(self.chunks, self._responses(timeout), strict=True):
            if not self._keep(chunk, high, low):
                chunk.digests = ()
                yield chunk

    def _responses(self, timeout: float) -> list[tuple[Any, Any]]:
        """Return what came in response to the two requests of each chunk, all sent at once."""
        requests = [(chunk.leader, request) for chunk in self.chunks for request in chunk.requests]
        try:
            responses = protocol.try_all(self.connection, requests, timeout=timeout)
        except KafkaFailure as failure:
            responses = [failure] * len(requests)
        return list(zip(responses[::2], responses[1::2], strict=True))

    def _keep(self, chunk: Chunk, high: Any, low: Any) -> bool:
        """Keep the watermarks of a chunk, and tell whether both responses have all of them."""
        digests = digests_of(high, low)
        if not digests:
            return False
        if digests == chunk.digests:
            return True
        highs, lows = offsets_in(high), offsets_in(low)
        if not all(key in highs and key in lows for key in chunk.partitions):
            return False
        for key in chunk.partitions:
            self.marks[key] = Watermarks(lows[key], highs[key])
        chunk.digests = digests
        return True


def digests_of(high: Any, low: Any) -> tuple[bytes, ...]:
    """Return the digests of two responses; nothing unless both came."""
    if isinstance(high, Response) and isinstance(low, Response):
        return high.digest, low.digest
    return ()


def chunks(leader: int, partitions: list[Key]) -> Iterator[Chunk]:
    """Yield one leader's partitions in chunks."""
    for keys in offsets.chunks(partitions):
        yield Chunk(leader, keys, (offsets.request(keys, offsets.LATEST), offsets.request(keys, offsets.EARLIEST)))


def offsets_in(response: Response) -> dict[Key, int]:
    """Return the offsets in a response, without those of partitions that report an error."""
    outcomes = offsets.outcomes_in(response, [])
    return {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, int) and outcome >= 0}
