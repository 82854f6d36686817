"""How transactions ended, by the markers that their coordinator wrote into the log behind their records. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from clusters.gateway.log.batches import Batch
from clusters.gateway.log.compression import CompressionError
from clusters.gateway.log.records import Budget, Keep, records

ABORT, COMMIT = 0, 1  # types of markers, which their keys have behind a version
KEY_BYTES = 4
MARKER = Keep(key=KEY_BYTES, value=0, headers=0)
Markers = Mapping[int, Sequence[tuple[int, int]]]


def markers_in(batches: Iterable[Batch]) -> Markers:
    """Return the markers among some batches, by producer and in order: offset, type."""
    markers: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for batch in batches:
        kind = marker_of(batch) if batch.control else None
        if kind is not None:
            markers[batch.producer_id].append((batch.last_offset, kind))
    return markers


def marker_of(batch: Batch) -> int | None:
    """Return the type of the marker that a control batch is; None where compaction has emptied it."""
    try:
        record = next(records(batch, 0, batch.base_offset, MARKER, Budget(0)), None)
    except CompressionError:
        return None
    key = record.key if record else None
    return int.from_bytes(key[2:KEY_BYTES], "big") if key and len(key) == KEY_BYTES else None


def transaction_of(batch: Batch, markers: Markers) -> str:
    """Return how a batch's transaction ended: ``aborted``, ``open`` where no marker follows, else empty."""
    if not batch.transactional:
        return ""
    kinds = [kind for offset, kind in markers.get(batch.producer_id, ()) if offset > batch.last_offset]
    if not kinds:
        return "open"
    return "aborted" if kinds[0] == ABORT else ""
