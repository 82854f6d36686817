"""Prometheus' text format, only the metrics that are asked for: an exporter gives thousands. Pure."""

import re
from collections.abc import Collection, Iterator

from prometheus_client.parser import text_string_to_metric_families

from metrics.readings import Sample

NAME = re.compile(r"[a-zA-Z_:][\w:]*")


class NotMetrics(ValueError):
    """The text is not Prometheus' format."""


def names(text: str) -> set[str]:
    """Return all metric names of an answer."""
    return {found[0] for line in text.splitlines() if (found := NAME.match(line))}


def samples(text: str, wanted: Collection[str]) -> Iterator[Sample]:
    """Return the samples of the wanted metrics.

    Raises:
        NotMetrics: one of their lines cannot be read.
    """
    lines = [line for line in text.splitlines() if (found := NAME.match(line)) and found[0] in wanted]
    try:
        for family in text_string_to_metric_families("\n".join(lines) + "\n"):
            for one in family.samples:
                yield Sample(one.name, one.labels, float(one.value))
    except ValueError as error:
        raise NotMetrics(f"a line cannot be read: {error}") from error
