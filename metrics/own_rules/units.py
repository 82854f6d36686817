"""Thresholds and times as people write them: ``10,000``, ``10 min``, ``0.5``. Pure."""

import re
from decimal import Decimal
from fractions import Fraction

from clusters.configs.units import TIMES, total_of
from metrics.catalogue.own_rules import LAG, TIME_LAG

NUMBER = re.compile(r"\d{1,15}(\.\d{1,3})?")
LARGEST = Decimal(10) ** 15
EXAMPLES = {LAG: "a number of records, e.g. 10,000", TIME_LAG: "a time, e.g. 10 min"}
EXAMPLE_OF_RATES = "records per second, e.g. 0.5"


def number_of(text: str) -> Decimal | None:
    """Return a number with separators of thousands, at most three places; None where it is no number."""
    plain = re.sub(r"(?<=\d)[,_ \u00a0\u202f](?=\d{3}(\D|$))", "", text.strip())
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def seconds_of(text: str) -> Decimal | None:
    """Return a time in seconds, also where it has no unit; None where it is no time."""
    total = total_of(text.strip(), TIMES)
    if total is None:
        return number_of(text)
    seconds = round(total / 1000, 3)
    return Decimal(seconds.numerator) / Decimal(seconds.denominator) if seconds < Fraction(LARGEST) else None


def threshold_of(kind: str, text: str) -> Decimal | None:
    """Return a threshold of a kind; None where the text is none."""
    if kind == TIME_LAG:
        return seconds_of(text)
    number = number_of(text)
    return None if kind == LAG and number is not None and number != int(number) else number


def example_of(kind: str) -> str:
    return EXAMPLES.get(kind, EXAMPLE_OF_RATES)


def text_of(kind: str, threshold: Decimal) -> str:
    """Return a threshold as its form shows it."""
    return time_text(threshold) if kind == TIME_LAG else f"{threshold.normalize():,f}"


def time_text(seconds: Decimal) -> str:
    """Return a time in the units that write it exactly."""
    if seconds != int(seconds):
        return f"{seconds.normalize():f} s"
    parts, rest = [], int(seconds)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        amount, rest = divmod(rest, size)
        parts += [f"{amount} {unit}"] if amount else []
    return " ".join(parts) or "0 s"
