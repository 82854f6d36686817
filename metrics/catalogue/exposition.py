"""Prometheus' text format, reading only the requested metrics: an exporter gives thousands. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from prometheus_client.parser import text_string_to_metric_families

from metrics.catalogue.samples import Sample
from metrics.catalogue.signals import Selector

NAME = re.compile(r"[a-zA-Z_:][\w:]*")


class NotMetrics(ValueError):
    """The text is not in Prometheus' format."""


def names(text: str) -> set[str]:
    return {match[0] for line in text.splitlines() if (match := NAME.match(line))}


def samples(text: str, selectors: Iterable[Selector]) -> Iterator[Sample]:
    """Return the samples that selectors may pick; other lines are not even parsed.

    Raises:
        NotMetrics: a line cannot be parsed.
    """
    values_by_metric: dict[str, list[list[str]]] = defaultdict(list)
    for selector in selectors:
        values_by_metric[selector.metric].append(
            [f'"{value}"' for _, operator, value in selector.matchers if operator == "=" and value]
        )
    lines = [
        line
        for line in text.splitlines()
        if (match := NAME.match(line))
        and any(all(value in line for value in values) for values in values_by_metric.get(match[0], ()))
    ]
    try:
        for family in text_string_to_metric_families("\n".join(lines) + "\n"):
            for sample in family.samples:
                yield Sample(sample.name, sample.labels, float(sample.value))
    except ValueError as error:
        raise NotMetrics(f"a line is invalid: {error}") from error
