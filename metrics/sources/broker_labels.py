"""A Prometheus whose answers name their brokers, however little each of the jobs knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics.catalogue.samples import naming
from metrics.sources.prometheus import Prometheus, Series


@dataclass(frozen=True)
class Recognising(Prometheus):
    """Gives each series what names its broker in any other series of the same instance."""

    def query(self, expression: str, at: float | None = None) -> list[Series]:
        """Return the present value of each series.

        Raises:
            SourceFailure: there is no usable answer.
        """
        return named(super().query(expression, at))

    def query_range(self, expression: str, start: float, end: float, step: int) -> list[Series]:
        """Return each series' values between two times, in seconds since 1970, ``step`` seconds apart.

        Raises:
            SourceFailure: there is no usable answer.
        """
        return named(super().query_range(expression, start, end, step))

    def series(self, selector: str, since: float) -> list[dict[str, str]]:
        """Return the labels of all series that a selector matches since a time.

        Raises:
            SourceFailure: there is no usable answer.
        """
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
