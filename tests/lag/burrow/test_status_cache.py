"""Answers kept for a while, as Burrow keeps them."""

from lag.burrow.status_cache import StatusCache
from lag.types import EvaluatorSettings, GroupStatus, GroupTopics, Status
from lag.verdicts.evaluator import evaluate_group
from tests.lag.factories import NOW_MS, partition


class Groups:
    """What there is to judge, and how often it was."""

    def __init__(self, *, expire_cache: int = 10, topics: GroupTopics | None = None) -> None:
        self.topics = topics
        self.evaluations: list[tuple[str, str]] = []
        self.cache = StatusCache(self._evaluate, expire_cache)

    def _evaluate(self, cluster: str, group: str, now_ms: int) -> GroupStatus:
        self.evaluations.append((cluster, group))
        return evaluate_group(cluster, group, self.topics, EvaluatorSettings(), now_ms)

    def ask(self, after_s: float = 0, *, cluster: str = "c", group: str = "g", show_all: bool = True) -> GroupStatus:
        return self.cache.query(cluster, group, NOW_MS + int(after_s * 1000), show_all=show_all)

    def status(self, after_s: float = 0) -> Status:
        return self.ask(after_s).status


KEEPS_UP = {"t": [partition(offsets=(5, 6), current_lag=0)]}
STALLED = {"t": [partition(offsets=(5, 5)), partition(offsets=(5, 6), current_lag=0)]}


def test_an_answer_is_given_again_until_it_expires_and_at_that_moment_still() -> None:
    groups = Groups(topics=KEEPS_UP)
    groups.ask()
    groups.topics = STALLED
    assert [groups.status(after) for after in (1, 10, 10.001)] == [Status.OK, Status.OK, Status.ERR]


def test_being_asked_does_not_make_an_answer_live_longer() -> None:
    groups = Groups(topics=KEEPS_UP)
    for after in (0, 9, 10, 11):
        groups.ask(after)
    assert len(groups.evaluations) == 2


def test_a_group_that_appears_is_not_found_once_more() -> None:
    groups = Groups(topics=None)
    groups.ask()
    groups.topics = KEEPS_UP
    assert [groups.status(after) for after in (1, 1)] == [Status.NOTFOUND, Status.OK]


def test_without_expiry_a_verdict_is_frozen_and_not_found_is_looked_up_each_time() -> None:
    groups = Groups(expire_cache=0, topics=None)
    assert groups.status() is Status.NOTFOUND
    groups.topics = KEEPS_UP
    assert groups.status() is Status.OK
    groups.topics = STALLED
    assert groups.status(9_999_999) is Status.OK


def test_only_what_is_bad_is_listed_unless_all_is_asked_for_and_both_are_one_answer() -> None:
    groups = Groups(topics=STALLED)
    everything, bad = groups.ask(), groups.ask(show_all=False)
    assert (
        [partition.partition for partition in everything.partitions],
        [partition.partition for partition in bad.partitions],
    ) == (
        [0, 1],
        [0],
    )
    assert (bad.partition_count, bad.maxlag, bad.totallag) == (2, everything.maxlag, everything.totallag)
    assert len(groups.evaluations) == 1


def test_groups_of_one_name_in_two_clusters_are_two_even_where_a_name_has_a_space() -> None:
    groups = Groups(topics=KEEPS_UP)
    groups.ask(cluster="a b", group="c")
    groups.ask(cluster="a", group="b c")
    assert groups.evaluations == [("a b", "c"), ("a", "b c")]
