from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.permissions import ACTIONS, ROLES, Allowance, may
from core.globs import covers


@pytest.mark.parametrize(
    ("allowance", "action", "cluster", "resource", "allowed"),
    [
        (Allowance("viewer"), "topics.view", "local", "orders", True),
        (Allowance("viewer"), "topics.create", "local", "orders", False),
        (Allowance("operator"), "topics.create", "local", "orders", True),
        (Allowance("operator"), "acls.create", "local", "User:x", False),
        (Allowance("admin"), "acls.create", "local", "User:x", True),
        (Allowance("operator", "prod-*"), "topics.create", "staging", "t", False),
        (Allowance("operator", "*", "team.*"), "topics.delete", "local", "team.a", True),
        (Allowance("operator", "*", "team.*"), "topics.delete", "local", "teamwork", False),
        (Allowance("operator", "*", "team.*"), "topics.view", "local", "", True),
        (Allowance("admin", "PROD"), "topics.view", "prod", "t", False),
        (Allowance("admin", "*"), "people.manage", "*", "", True),
        (Allowance("admin", "?"), "people.manage", "*", "", False),
        (Allowance("admin", "[!p]*"), "people.manage", "*", "", False),
        (Allowance("admin", "*", "?"), "acls.create", "local", "*", False),
    ],
)
def test_a_grant_covers_exactly_what_it_names(
    allowance: Allowance, action: str, cluster: str, resource: str, allowed: bool
) -> None:
    assert may([allowance], action, cluster, resource) is allowed


def test_nothing_is_allowed_without_a_grant() -> None:
    assert not any(may([], action, "local") for action in ACTIONS)


def test_each_role_includes_the_one_below() -> None:
    assert ROLES["viewer"] < ROLES["operator"] < ROLES["admin"]


@given(st.text("ab-]![^*?\\z.\n é", max_size=8), st.text("ab-]![^z\\\n.é", max_size=5))
def test_a_glob_covers_what_it_covers_in_a_shell(glob: str, name: str) -> None:
    assert covers(glob, name) == fnmatchcase(name, glob)
