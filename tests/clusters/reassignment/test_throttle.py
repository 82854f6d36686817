"""The throttle of a batch: only what moves, and at the end what was set before, whoever else changed it."""

import pytest

from clusters.gateway.reassigning.throttles import (
    FOLLOWER_RATE,
    FOLLOWERS,
    LEADER_RATE,
    LEADERS,
    Resource,
    broker,
    topic,
)
from clusters.reassignment.planning.layout import Move
from clusters.reassignment.running.throttle import Setting, changes_to_set, changes_to_undo, resources_of, settings_of

MOVES = [Move("t", 0, (1, 2), (3, 2), 100), Move("t", 1, (2, 1), (1, 2), 100)]
NOTHING: dict[Resource, dict[str, str]] = {resource: {} for resource in (broker(1), broker(2), broker(3), topic("t"))}


def values(settings: tuple[Setting, ...]) -> dict[str, str]:
    return {f"{setting.resource} {setting.name}": setting.value for setting in settings}


def test_only_what_copies_is_throttled() -> None:
    assert resources_of(MOVES, [1, 2, 3, 4]) == set(NOTHING)
    assert resources_of(MOVES, [1, 3]) == {broker(1), broker(3), topic("t")}
    assert resources_of(MOVES[1:], [1, 2]) == set()
    assert values(settings_of(MOVES, 7, NOTHING)) == {
        f"1 {LEADER_RATE}": "7", f"2 {LEADER_RATE}": "7", f"3 {FOLLOWER_RATE}": "7",
        f"t {LEADERS}": "0:1,0:2", f"t {FOLLOWERS}": "0:3",
    }  # fmt: skip
    assert settings_of(MOVES[1:], 7, NOTHING) == ()


def test_what_was_set_before_is_kept_and_comes_back() -> None:
    before = {**NOTHING, broker(1): {LEADER_RATE: "5"}, topic("t"): {LEADERS: "9:1", FOLLOWERS: "*"}}
    settings = settings_of(MOVES, 7, before)
    assert values(settings)[f"t {LEADERS}"] == "9:1,0:1,0:2"
    assert f"t {FOLLOWERS}" not in values(settings)
    during = {owner: {**values_before} for owner, values_before in before.items()}
    for setting in settings:
        during[setting.owner][setting.name] = setting.value
    assert changes_to_set(settings)[broker(3)] == {FOLLOWER_RATE: "7"}
    undone = changes_to_undo(settings, during)
    assert undone[broker(1)] == {LEADER_RATE: "5"}
    assert undone[topic("t")] == {LEADERS: "9:1"}
    assert undone[broker(3)] == {FOLLOWER_RATE: None}


@pytest.mark.parametrize(
    ("setting", "current", "change"),
    [
        (Setting(4, "1", LEADER_RATE, None, "7"), "7", {LEADER_RATE: None}),
        (Setting(4, "1", LEADER_RATE, None, "7"), None, {LEADER_RATE: None}),
        (Setting(4, "1", LEADER_RATE, "5", "7"), "5", {LEADER_RATE: "5"}),
        (Setting(4, "1", LEADER_RATE, "5", "7"), "9", {}),
        (Setting(2, "1", LEADERS, "9:1", "9:1,0:1"), "9:1,0:1,8:1", {LEADERS: "9:1,8:1"}),
        (Setting(2, "1", LEADERS, None, "0:1"), "8:1", {}),
        (Setting(2, "1", LEADERS, None, "0:1"), "0:1,8:1", {LEADERS: "8:1"}),
    ],
)
def test_what_a_user_changed_meanwhile_stays(setting: Setting, current: str | None, change: dict[str, str]) -> None:
    present = {setting.owner: {} if current is None else {setting.name: current}}
    assert changes_to_undo([setting], present).get(setting.owner, {}) == change


def test_what_a_former_job_left_was_not_there_before() -> None:
    left = Setting(4, "1", LEADER_RATE, None, "7")
    present = {**NOTHING, broker(1): {LEADER_RATE: "7"}}
    for rate in (7, 8):
        (setting, *_) = [item for item in settings_of(MOVES, rate, present, [left]) if item.owner == broker(1)]
        assert (setting.before, setting.value) == (None, str(rate))
