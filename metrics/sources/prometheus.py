"""Prometheus' HTTP API, as Thanos, Mimir and VictoriaMetrics speak it too."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.json_text import read_json
from core.outgoing import Access
from metrics.sources.http import Budget, SourceFailure, fetch

SECONDS = 4.0  # a page has five in all
MAX_BYTES = 50_000_000  # bytes of an answer


@dataclass(frozen=True)
class Series:
    """One series of an answer: labels, and (seconds since 1970, value), without NaN."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Prometheus:
    """A Prometheus, by the address that ``/api/v1`` follows; its requests share a budget where it has one."""

    url: str
    access: Access = field(default_factory=Access)
    seconds: float = SECONDS
    budget: Budget | None = None

    def query(self, expression: str, at: float | None = None) -> list[Series]:
        """Return the present value of each series.

        Raises:
            SourceFailure: there is no usable answer.
        """
        form = {"query": expression, "timeout": self._timeout()} | ({"time": str(at)} if at else {})
        return _read(self._ask("query", form), lambda entry: [entry.get("value", ())])

    def query_range(self, expression: str, start: float, end: float, step: int) -> list[Series]:
        """Return each series' values between two times, in seconds since 1970, ``step`` seconds apart.

        Raises:
            SourceFailure: there is no usable answer.
        """
        form = {"query": expression, "start": str(start), "end": str(end), "step": str(step)}
        form["timeout"] = self._timeout()
        return _read(self._ask("query_range", form), lambda entry: entry.get("values", ()))

    def series(self, selector: str, since: float) -> list[dict[str, str]]:
        """Return the labels of all series that a selector has matched since a time.

        Raises:
            SourceFailure: there is no usable answer.
        """
        data = self._ask("series", {"match[]": selector, "start": str(since)})
        return [labels for labels in data if isinstance(labels, dict)] if isinstance(data, list) else []

    def names(self, matchers: str) -> set[str]:
        """Return the metric names that identify the flavour of the exporters' rules.

        Raises:
            SourceFailure: there is no usable answer.
        """
        which = '__name__=~"kafka_(server_[rR]eplica[mM]anager|network_[sS]ocket[sS]erver|controller_).*"'
        selector = f"{{{which}{',' + matchers if matchers else ''}}}"
        return {series.labels.get("__name__", "") for series in self.query(f"count by (__name__) ({selector})")}

    def _timeout(self) -> str:
        left = min(self.seconds, self.budget.left()) if self.budget else self.seconds
        return f"{max(left, 0.1):.2g}s"

    def _fetched(self, url: str, form: Mapping[str, str]) -> tuple[str, str]:
        if self.budget is None:
            return fetch(url, self.access, seconds=self.seconds, max_bytes=MAX_BYTES, form=form)
        return self.budget.spend(
            lambda left: fetch(url, self.access, seconds=left, max_bytes=MAX_BYTES, form=form), url
        )

    def _ask(self, path: str, form: Mapping[str, str]) -> Any:
        url = f"{self.url.rstrip('/')}/api/v1/{path}"
        kind, text = self._fetched(url, form)
        try:
            response = read_json(text)
        except ValueError as error:
            said = "an HTML page" if "html" in kind else "no JSON"
            raise SourceFailure(
                f"{url} returns {said}: this is not the Prometheus API.", "Check the path before /api/v1."
            ) from error
        if not isinstance(response, dict) or response.get("status") != "success" or "data" not in response:
            reason = response.get("error", text[:200]) if isinstance(response, dict) else text[:200]
            raise SourceFailure(f"Prometheus rejected the query: {reason}.")
        return response["data"]


def _read(data: Any, points: Callable[[Mapping[str, Any]], Any]) -> list[Series]:
    try:
        return [_series(entry, points(entry)) for entry in data["result"]]
    except (TypeError, KeyError, ValueError, AttributeError, IndexError) as error:
        raise SourceFailure(
            "This is not the Prometheus API: its response has another format.", "Check the URL."
        ) from error


def _series(entry: Mapping[str, Any], points: Any) -> Series:
    finite = math.isfinite
    finite_points = [(at, value) for at, text in points if finite(value := float(text))]
    return Series(entry.get("metric", {}), tuple(finite_points))
