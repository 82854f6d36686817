"""Which tests need services, which ones stay together, and which come first."""

import pytest

from tests.sharing import SERVICES

# Fixtures that start something, beside those that a run shares. A module whose tests start processes themselves says
# so: ``pytestmark = pytest.mark.services``.
FIXTURES = {*SERVICES, "browser", "measured_kafka", "mortal", "own", "postgres", "prometheus"}
# Fixtures that each process of a run would start anew: tests that use one are given to the same process.
STARTED_BY_EACH = ("measured_kafka", "mortal")
UNMARKED = 100.0  # seconds that a test with services may take, as far as the order is concerned


def mark(items: list[pytest.Item]) -> None:
    """Mark the tests that need services, and those that one process runs."""
    for item in items:
        if FIXTURES.intersection(fixtures(item)):
            item.add_marker("services")
    groups = groups_of(items)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(groups[file(item)]))


def groups_of(items: list[pytest.Item]) -> dict[str, str]:
    """Return each file's group: itself, or what its tests start beside others."""
    groups = {file(item): file(item) for item in items}
    for item in items:
        groups |= {file(item): name for name in STARTED_BY_EACH if name in fixtures(item)}
    return groups


def sort(items: list[pytest.Item]) -> None:
    """Put groups first whose tests take long: begun last, they would keep one process busy and the others idle."""
    groups, weights = groups_of(items), dict[str, float]()
    for item in items:
        group = groups[file(item)]
        weights[group] = max(weight(item), weights.get(group, 0.0))
    places = {group: place for place, group in enumerate(weights)}
    items.sort(key=lambda item: (-weights[groups[file(item)]], places[groups[file(item)]]))


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
