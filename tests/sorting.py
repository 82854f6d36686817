"""Which tests need services, which ones stay together, and which come first."""

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.sharing import SERVICES

ROOT = Path(__file__).resolve().parents[1]
# Fixtures that start something, beside those that a run shares. A module whose tests start processes themselves says
# so: ``pytestmark = pytest.mark.services``.
FIXTURES = {*SERVICES, "browser", "measured_kafka", "mortal", "own", "postgres", "prometheus"}
# Tests that use one of these are given to the same process: each would start it anew, or they do something with all
# that there is in it, as with all connectors of a worker.
BY_ONE_PROCESS = ("measured_kafka", "mortal", "connect_worker")
UNMARKED = 100.0  # seconds that a test with services may take, as far as the order is concerned


def mark(items: list[pytest.Item]) -> None:
    """Mark the tests that need services, and those that one process runs."""
    for item in items:
        if FIXTURES.intersection(fixtures(item)):
            item.add_marker("services")


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives the tests of a group to one process; xdist's own groups do not reach pytest's ids any more."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])


@cache
def group_of(path: str) -> str:
    """Return a file's group: itself, or what its tests use, which one process alone may."""
    text = (ROOT / path).read_text()
    return next((name for name in BY_ONE_PROCESS if re.search(rf"\b{name}\b", text)), path)


def sort(items: list[pytest.Item]) -> None:
    """Put groups first whose tests take long: begun last, they would keep one process busy and the others idle."""
    weights: dict[str, float] = {}
    for item in items:
        group = group_of(file(item))
        weights[group] = max(weight(item), weights.get(group, 0.0))
    places = {group: place for place, group in enumerate(weights)}
    items.sort(key=lambda item: (-weights[group_of(file(item))], places[group_of(file(item))]))


def fixtures(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))


def file(item: pytest.Item) -> str:
    """Return a test's file."""
    return item.nodeid.partition("::")[0]


def weight(item: pytest.Item) -> float:
    """Return how long a test may take: its limit if it has one of its own, nothing if it needs no services."""
    limit = item.get_closest_marker("timeout")
    if not item.get_closest_marker("services"):
        return 0.0
    return float(limit.args[0]) if limit else UNMARKED
