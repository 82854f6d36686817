"""Times and sizes in configs: read as people write them, written as Kafka takes them. Pure."""

import re
from collections.abc import Mapping
from fractions import Fraction

from core.web import formats

TIMES = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}  # in milliseconds
SIZES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
PART = re.compile(r"(\d{1,19}(?:\.\d{1,9})?)\s*([A-Za-z]+)\s*")
# The last word of a config's name that has a time, and how many milliseconds its unit has.
TIME_WORDS = {"ms": 1, "seconds": 1_000, "minutes": 60_000, "hours": 3_600_000}
SIZE_WORDS = ("bytes", "bytes.per.second", "throttled.rate", "buffer.size")
UNLIMITED = 1 << 62  # Kafka's defaults for "never" are the greatest numbers that there are


def milliseconds_of(name: str) -> int | None:
    """Return how many milliseconds a config's unit has; None for a config that is no time."""
    return TIME_WORDS.get(name.rpartition(".")[2])


def is_size(name: str) -> bool:
    return any(name == word or name.endswith(f".{word}") for word in SIZE_WORDS)


def in_kafkas_unit(name: str, text: str) -> str:
    """Return a value as Kafka takes it: ``7 d`` of a ``.ms`` is 604800000; what has no unit stays as it is.

    What cannot be read stays as well: Kafka says what is wrong with it.
    """
    milliseconds = milliseconds_of(name)
    units: Mapping[str, int] = SIZES if is_size(name) else TIMES if milliseconds else {}
    total = total_of(text.strip(), units)
    amount = None if total is None else total / (milliseconds or 1)
    return text if amount is None or amount.denominator != 1 else str(amount.numerator)


def total_of(text: str, units: Mapping[str, int]) -> Fraction | None:
    """Return the sum of amounts with units, as in ``1 h 30 min``; None where the text is something else."""
    if not PART.match(text) or PART.sub("", text):
        return None
    parts = PART.findall(text)
    if any(unit not in units for _, unit in parts):
        return None
    return sum((Fraction(amount) * units[unit] for amount, unit in parts), Fraction(0))


def hint(name: str, value: str | None) -> str:
    """Return a config's value as people read it, ``7 d`` or ``1.0 GiB``; empty where that adds nothing."""
    milliseconds = milliseconds_of(name)
    if not (value and re.fullmatch(r"-?\d{1,19}", value)) or not (milliseconds or is_size(name)):
        return ""
    number = int(value)
    if number == -1 or number >= UNLIMITED:
        return "unlimited"
    return time_hint(number * milliseconds) if milliseconds else size_hint(number)


def time_hint(milliseconds: int) -> str:
    return "" if milliseconds < 1_000 else formats.duration(milliseconds / 1_000)


def size_hint(number: int) -> str:
    return "" if number < 1 << 10 else formats.size(number)
