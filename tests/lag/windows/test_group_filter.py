"""Filters are written in Go's syntax, and find what Go finds."""

import pytest

from core.patterns import PatternError
from lag.windows.group_filter import GroupFilter
from tests.lag.answers import Json, cases

EMPTY_OR_BEYOND_ASCII = r"\B"  # where RE2 and Go differ, as the module says


def test_every_expression_finds_what_go_finds_or_is_refused_by_both() -> None:
    for case in cases("go_regexp"):
        if EMPTY_OR_BEYOND_ASCII not in case["pattern"]:
            assert matches(case) == case["matches"], case["pattern"]


def matches(case: Json) -> list[bool] | None:
    try:
        accepts = GroupFilter(case["pattern"])
    except PatternError:
        return None
    return [accepts(name) for name in case["names"]]


@pytest.mark.parametrize(
    "pattern", ["(", "a**", "[z-a]", "(?=a)", "a{1001}", "(?<!a)b", "\\1", "\\", "a\\C", "a" * 1001]
)
def test_what_go_refuses_is_refused_with_the_expression_named(pattern: str) -> None:
    with pytest.raises(ValueError, match="expression"):
        GroupFilter(pattern)


@pytest.mark.parametrize(
    ("allowlist", "denylist", "accepted"),
    [
        ("", "", ["app", "test-app", "other"]),
        ("app", "", ["app", "test-app"]),
        ("^app$", "", ["app"]),
        ("", "^test-", ["app", "other"]),
        ("app", "test", ["app"]),
    ],
    ids=["no filter", "found anywhere", "anchored", "denied", "denial wins"],
)
def test_a_group_is_watched_if_it_is_allowed_and_not_denied(allowlist: str, denylist: str, accepted: list[str]) -> None:
    accepts = GroupFilter(allowlist, denylist)
    assert [name for name in ("app", "test-app", "other") if accepts(name)] == accepted


def test_a_name_that_is_no_utf_8_is_matched_as_go_prints_it() -> None:
    assert GroupFilter("^\ufffd$")("\udcff")
