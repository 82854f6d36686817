"""A Prometheus whose answers name their brokers, even if some jobs lack the labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics.catalogue.samples import naming
from metrics.sources.prometheus import Prometheus, Series


@dataclass(frozen=True)
class Recognising(Prometheus):
    """Adds to each series the labels that name its broker in any other series of the same instance."""

    def query(self, expression: str, at: float | None = None) -> list[Series]:
        return named(super().query(expression, at))

    def query_range(self, expression: str, start: float, end: float, step: int) -> list[Series]:
        return named(super().query_range(expression, start, end, step))

    def series(self, selector: str, since: float) -> list[dict[str, str]]:
        label_sets = super().series(selector, since)
        names_by_instance = naming(label_sets)
        return [{**names_by_instance.get(labels.get("instance", ""), {}), **labels} for labels in label_sets]


def named(series: Sequence[Series]) -> list[Series]:
    """Return series with the labels that name their instance's broker."""
    names_by_instance = naming(item.labels for item in series)
    return [
        replace(item, labels={**names_by_instance.get(item.labels.get("instance", ""), {}), **item.labels})
        for item in series
    ]
