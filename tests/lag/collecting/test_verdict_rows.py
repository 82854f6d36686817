from unittest import mock

import pytest

from clusters.gateway.clients.connection import Connection
from lag.collecting import verdict_rows
from lag.collecting.end_offsets import Ends
from lag.collecting.verdict_rows import judge_all
from lag.models import LagSettings
from lag.records.commits import OffsetCommit
from lag.types import EvaluatorSettings, Status
from lag.verdicts.evaluator import evaluate_group
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_store import GroupStore
from tests.lag.factories import NOW_MS

DAY_MS = 86_400_000


class Groups:
    """Two groups on a topic of ten records, one at its end and one behind, and the verdicts on them."""

    def __init__(self) -> None:
        settings = LagSettings()
        self.ends = Ends(Connection("broker:1"), settings, BrokerOffsets(settings.intervals))
        for topic in ("orders", "other"):
            self.ends.broker.add(topic, 0, 1, 10)
        self.store = GroupStore(settings.storage(), self.ends.broker)
        for group, offset in (("done", 10), ("behind", 4)):
            self.store.commit(OffsetCommit(group, "orders", 0, offset, NOW_MS, 1), NOW_MS)
        self.verdicts = judge_all(self.store, "c", self.settings_of, self.ends, NOW_MS)
        self.store.changed.clear()

    def settings_of(self, group: str) -> EvaluatorSettings:
        return EvaluatorSettings()

    def judged(self, now_ms: int = NOW_MS) -> set[str]:
        """Judge again, and return whom that took a look at."""
        with mock.patch.object(verdict_rows, "evaluate_group", wraps=evaluate_group) as evaluate:
            self.verdicts = judge_all(self.store, "c", self.settings_of, self.ends, now_ms, self.verdicts)
        return {call.args[1] for call in evaluate.call_args_list}


@pytest.fixture
def groups() -> Groups:
    return Groups()


def test_a_group_with_nothing_unread_is_judged_again_only_when_something_moved(groups: Groups) -> None:
    assert groups.judged() == {"behind"}
    assert groups.verdicts["done"].status is Status.OK
    groups.ends.changed.add("other")
    assert groups.judged() == {"behind"}
    groups.ends.broker.add("orders", 0, 1, 12)
    groups.ends.changed.add("orders")
    assert groups.judged() == {"behind", "done"}
    assert groups.verdicts["done"].total_lag == 2


def test_a_group_that_committed_is_judged_again(groups: Groups) -> None:
    groups.store.commit(OffsetCommit("done", "orders", 0, 9, NOW_MS, 2), NOW_MS)
    assert groups.judged() == {"behind", "done"}
    assert groups.verdicts["done"].total_lag == 1


def test_a_group_expires_though_nothing_moved(groups: Groups) -> None:
    groups.judged(NOW_MS + 8 * DAY_MS)
    assert groups.verdicts == {}
    assert groups.store.names() == []
