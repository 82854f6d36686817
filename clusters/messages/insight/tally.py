"""Counting what records are like, in a few kilobytes however many there are. Pure.

Distinct keys are estimated by HyperLogLog, with bounds that hold in 95 of 100 cases, and quantiles of sizes by KLL, to
1.7 % of the rank; both are Apache DataSketches'.
"""

import heapq
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clusters.gateway.log.records import Record

HOUR_MS = 3_600_000
MOST_HOURS = 24 * 31  # that are kept apart; earlier ones are counted together
MOST_NAMES = 100  # of headers
LARGEST = 10  # records named
FORMATS_OF = 5_000  # first records whose formats are detected; then of each hundredth
EVERY = 100
PRECISION = 14  # 2 ** 14 registers: 16 KB
QUANTILES = 200
DEVIATIONS = 2  # of the bounds of estimates: right in 95 of 100 cases
OTHERS = "(others)"
NUL = "\u2400"  # stands for the character that PostgreSQL does not take
LATEST_MS = 253_402_300_799_999  # the end of the year 9999: what is later is no time
DetectFormat = Callable[[Record, str], str]


@dataclass
class Tally:
    """Counts up to now. Sizes are those of key and value together, in bytes, before compression."""

    records: int = 0
    bytes: int = 0
    largest_size: int = 0
    null_keys: int = 0
    tombstones: int = 0
    earlier: int = 0  # records of hours that are not kept apart
    sampled: int = 0  # records whose formats were detected
    sizes: Counter[int] = field(default_factory=Counter)  # by the power of two that they are below
    hours: Counter[int] = field(default_factory=Counter)
    headers: Counter[str] = field(default_factory=Counter)
    key_formats: Counter[str] = field(default_factory=Counter)
    value_formats: Counter[str] = field(default_factory=Counter)
    largest: list[tuple[int, int, int]] = field(default_factory=list)  # size, partition, offset
    keys: Any = None
    quantiles: Any = None

    def __post_init__(self) -> None:
        """Begin the sketches; their library is imported only by workers that do such a job."""
        from datasketches import hll_sketch, kll_doubles_sketch, tgt_hll_type

        self.keys = self.keys or hll_sketch(PRECISION, tgt_hll_type.HLL_8)
        self.quantiles = self.quantiles or kll_doubles_sketch(QUANTILES)

    def add(self, record: Record, detect: DetectFormat) -> None:
        """Count a record."""
        size = record.key_size + record.value_size
        self.records += 1
        self.bytes += size
        self.largest_size = max(self.largest_size, size)
        self.sizes[size.bit_length()] += 1
        self.quantiles.update(float(size))
        self.add_key(record)
        self.tombstones += record.value is None
        self.add_names(record)
        self.add_hour(record)
        place = (size, record.partition, record.offset)
        (heapq.heappush if len(self.largest) < LARGEST else heapq.heappushpop)(self.largest, place)
        if self.records <= FORMATS_OF or self.records % EVERY == 0:
            self.sampled += 1
            self.key_formats[detect(record, "key")] += 1
            self.value_formats[detect(record, "value")] += 1

    def add_key(self, record: Record) -> None:
        if record.key is None:
            self.null_keys += 1
        else:
            self.keys.update(f"{record.key_size} {record.key.decode('latin-1')}")

    def add_names(self, record: Record) -> None:
        for name in {name.replace("\0", NUL) for name, _, _ in record.headers}:
            named = name in self.headers or len(self.headers) < MOST_NAMES
            self.headers[name if named else OTHERS] += 1

    def add_hour(self, record: Record) -> None:
        if record.time_ms is None or record.time_ms > LATEST_MS:
            return
        self.hours[record.time_ms // HOUR_MS] += 1
        if len(self.hours) > MOST_HOURS:
            self.earlier += self.hours.pop(min(self.hours))

    def as_json(self) -> dict[str, Any]:
        """Return all of it, to go on from elsewhere."""
        counts = {name: getattr(self, name) for name in NUMBERS}
        counters = {name: list(getattr(self, name).items()) for name in COUNTERS}
        sketches = {"keys": self.keys.serialize_compact(), "quantiles": self.quantiles.serialize()}
        encoded = {name: b64encode(bytes(data)).decode() for name, data in sketches.items()}
        return {**counts, **counters, **encoded, "largest": self.largest}

    def result(self) -> dict[str, Any]:
        """Return what is told of it."""
        keyed = self.records - self.null_keys
        estimates = (
            self.keys.get_estimate(),
            self.keys.get_lower_bound(DEVIATIONS),
            self.keys.get_upper_bound(DEVIATIONS),
        )
        distinct, least, most = (min(keyed, round(estimate)) for estimate in estimates)
        return {
            **{name: getattr(self, name) for name in NUMBERS},
            "mean_size": round(self.bytes / self.records) if self.records else None,
            "p50_size": self.quantile(0.5),
            "p95_size": self.quantile(0.95),
            "distinct_keys": distinct,
            "distinct_keys_range": [least, most],
            "duplicates_range": [keyed - most, keyed - least],
            "sizes": sorted(self.sizes.items()),
            "hours": sorted(self.hours.items()),
            **{name: getattr(self, name).most_common(MOST_NAMES) for name in COUNTERS[2:]},
            "largest": sorted(self.largest, reverse=True),
        }

    def quantile(self, rank: float) -> int | None:
        return round(self.quantiles.get_quantile(rank)) if self.records else None


NUMBERS = ("records", "bytes", "largest_size", "null_keys", "tombstones", "earlier", "sampled")
COUNTERS = ("sizes", "hours", "headers", "key_formats", "value_formats")


def from_json(stored: Mapping[str, Any]) -> Tally:
    """Return the tally that was stored; a new one where none was."""
    if not stored:
        return Tally()
    from datasketches import hll_sketch, kll_doubles_sketch

    values: dict[str, Any] = {name: stored[name] for name in NUMBERS}
    values |= {name: Counter(dict(stored[name])) for name in COUNTERS}
    values["largest"] = [(size, partition, offset) for size, partition, offset in stored["largest"]]
    values["keys"] = hll_sketch.deserialize(b64decode(stored["keys"]))
    values["quantiles"] = kll_doubles_sketch.deserialize(b64decode(stored["quantiles"]))
    return Tally(**values)
