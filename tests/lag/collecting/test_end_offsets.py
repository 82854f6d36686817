from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from clusters.gateway.clients.connection import Connection
from clusters.gateway.offsets import Watermarks
from lag.collecting.end_offsets import Ends
from lag.models import LagSettings
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_store import GroupStore
from lag.windows.timeline import Timeline

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=10)


class Reader:
    """Says that a topic's one partition ends where it is told."""

    def __init__(self) -> None:
        self.mark = Watermarks(0, 0)

    def read(
        self, leaders: Mapping[tuple[str, int], int], *, timeout: float
    ) -> tuple[Mapping[tuple[str, int], Watermarks], tuple[()]]:
        return dict.fromkeys(leaders, self.mark), ()


@pytest.mark.parametrize(
    "highs",
    [[5] * 30 + [7], [5] * 30 + [7] * 25 + [9, 11], [5] * 30 + [None, 5, 6], [0] * 15 + [3] * 2 + [1] * 20 + [2]],
    ids=["rests and moves", "rests twice", "is silent once", "is made anew"],
)
def test_a_topic_that_rests_has_the_same_past_as_if_every_look_had_been_noted(highs: list[int | None]) -> None:
    settings, reader, expected = LagSettings(), Reader(), Timeline()
    ends = Ends(Connection("broker:1"), settings, BrokerOffsets(settings.intervals))
    ends.reader = reader  # type: ignore[assignment]
    store = GroupStore(settings.storage(), ends.broker)
    ends.leaders = {"orders": (1,)}
    for number, high in enumerate(highs):
        now = BEGUN + number * STEP
        ends.listed_at, reader.mark = now, Watermarks(0, high)
        ends.refresh(store, now)
        if high is not None:
            expected.add(int(now.timestamp() * 1000), high)
    assert ends.timelines["orders"][0].dump() == expected.dump()
    highs_there = [high for high in highs if high is not None]
    assert ends.broker.history("orders", 0) == tuple(highs_there[-settings.intervals :])
    assert "orders" in ends.changed


def test_a_topic_that_rests_is_no_news() -> None:
    settings, reader = LagSettings(), Reader()
    ends = Ends(Connection("broker:1"), settings, BrokerOffsets(settings.intervals))
    ends.reader = reader  # type: ignore[assignment]
    store = GroupStore(settings.storage(), ends.broker)
    ends.leaders = {"orders": (1,)}
    for number in range(settings.intervals + 3):
        ends.changed.clear()
        ends.listed_at = now = BEGUN + number * STEP
        ends.refresh(store, now)
    assert not ends.changed
    reader.mark = Watermarks(2, 4)
    ends.listed_at = now = BEGUN + 20 * STEP
    ends.refresh(store, now)
    assert ends.changed == {"orders"}
    assert ends.lost("orders", 0, 0) == 2
