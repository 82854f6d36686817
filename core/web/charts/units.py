"""Values of charts in words, by their unit. Pure."""

from core.web.formats import UNKNOWN, duration, size

SUFFIXES = {"per_s": "/s", "ms": " ms", "cores": " cores"}


def written(value: float | None, unit: str) -> str:
    """Write a value. Units: bytes, bytes_per_s, per_s, ratio, ms, s, cores, count."""
    if value is None:
        return UNKNOWN
    if unit in {"bytes", "bytes_per_s"}:
        return size(round(value)) + ("/s" if unit == "bytes_per_s" else "")
    if unit == "ratio":
        return f"{value:.0%}"
    if unit == "s":
        return duration(value)
    number = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return number + SUFFIXES.get(unit, "")


def halfway(low: float, high: float, unit: str) -> str:
    """Write the value half-way up; empty for counts that have no whole half."""
    middle = (low + high) / 2
    return "" if unit == "count" and middle % 1 else written(middle, unit)
