"""What an insight tells, in words and pictures. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusters.messages.insight.tally import HOUR_MS
from core.web.charts.drawing import Chart, Frame, draw
from core.web.formats import UNKNOWN, count, size

BYTES, NULL = "Bytes", "null"
NAMED = 5  # of the most frequent ones, in a sentence
Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Share:
    """A row of a picture: what it is, how many records, and their share in percent."""

    name: str
    records: int
    percent: int


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace(".0%", "%").replace("%", " %") if whole else UNKNOWN


def facts_of(result: Mapping[str, Any]) -> Facts:
    """Return labels and values, the same labels for each insight."""
    records, sampled = result["records"], result["sampled"]
    keyed = records - result["null_keys"]
    return [
        ("Records", count(records)),
        ("Size of keys and values", size(result["bytes"])),
        ("Mean size", size(result["mean_size"])),
        ("Median size", size(result["p50_size"])),
        ("95th percentile of sizes", size(result["p95_size"])),
        ("Largest", size(result["largest_size"]) if records else UNKNOWN),
        ("Null keys", f"{count(result['null_keys'])} ({share(result['null_keys'], records)})"),
        ("Distinct keys", f"≈ {count(result['distinct_keys'])}" if keyed else UNKNOWN),
        ("Records with the key of an earlier one", between(*result["duplicates_range"]) if keyed else UNKNOWN),
        ("Null values (tombstones)", f"{count(result['tombstones'])} ({share(result['tombstones'], records)})"),
        ("Key formats", shares(result["key_formats"], sampled)),
        ("Value formats", shares(result["value_formats"], sampled)),
        ("Headers", shares(result["headers"], records)),
        ("Compression", shares(result["codecs"], records)),
    ]


def between(least: int, most: int) -> str:
    return count(least) if least == most else f"{count(least)} to {count(most)}"


def shares(pairs: Sequence[Sequence[Any]], whole: int) -> str:
    """Return names with their shares, the most frequent ones: ``JSON 98 %, Bytes 2 %``."""
    named = [f"{name} {share(number, whole)}" for name, number in pairs[:NAMED] if number]
    more = len(pairs) - NAMED
    return ", ".join([*named, f"{more} more"] if more > 0 else named) or UNKNOWN


def histogram(result: Mapping[str, Any]) -> list[Share]:
    """Return how many records are below each power of two, of those between the least and the largest."""
    counts = {int(power): number for power, number in result["sizes"]}
    most = max(counts.values(), default=0)
    powers = range(min(counts), max(counts) + 1) if counts else ()
    return [Share(size_range(power), counts.get(power, 0), counts.get(power, 0) * 100 // most) for power in powers]


def size_range(power: int) -> str:
    """Return the sizes whose numbers have so many bits: ``64 B to 127 B``."""
    return "empty" if power == 0 else f"{size(2 ** (power - 1))} to < {size(2**power)}"


def rate_chart(result: Mapping[str, Any]) -> Chart:
    """Draw the records of each hour; hours without any between them are zero."""
    hours = {int(hour): number for hour, number in result["hours"]}
    if not hours:
        return draw(Frame("Records per hour"), {}, [], missing=("No record has a timestamp.",))
    shown = range(min(hours), max(hours) + 1)
    if len(shown) > 24 * 366:  # a wrong timestamp or two: only the hours that have records
        shown = sorted(hours)  # type: ignore[assignment]
    times = [hour * HOUR_MS / 1000 for hour in shown]
    values = [float(hours.get(hour, 0)) for hour in shown]
    note = f"{count(result['earlier'])} earlier records are not shown" if result["earlier"] else ""
    return draw(Frame("Records per hour", help=note, dots=len(times) < 50), {"records": values}, times)


def compared(facts: Facts, others: Facts) -> list[tuple[str, str, str]]:
    """Return labels with the values of two insights."""
    values = dict(others)
    return [(label, value, values.get(label, UNKNOWN)) for label, value in facts]
