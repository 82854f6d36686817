"""Which tests need services, and which files come first."""

import pytest

from tests.sharing import SERVICES

# Fixtures that start something, beside those that a run shares. A module whose tests start processes themselves says
# so: ``pytestmark = pytest.mark.services``.
FIXTURES = {*SERVICES, "browser", "measured_kafka", "mortal", "own", "postgres", "prometheus"}
UNMARKED = 100.0  # seconds that a test with services may take, as far as the order is concerned


def mark(items: list[pytest.Item]) -> None:
    """Mark the tests that need services."""
    for item in items:
        if FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("services")


def sort(items: list[pytest.Item]) -> None:
    """Put files first whose tests take long: begun last, they would keep one process busy and the others idle."""
    weights: dict[str, float] = {}
    for item in items:
        weights[file(item)] = max(weight(item), weights.get(file(item), 0.0))
    items.sort(key=lambda item: -weights[file(item)])


def file(item: pytest.Item) -> str:
    """Return a test's file."""
    return item.nodeid.partition("::")[0]


def weight(item: pytest.Item) -> float:
    """Return how long a test may take: its limit if it has one of its own, nothing if it needs no services."""
    limit = item.get_closest_marker("timeout")
    if not item.get_closest_marker("services"):
        return 0.0
    return float(limit.args[0]) if limit else UNMARKED
