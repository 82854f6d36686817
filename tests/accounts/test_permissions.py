import pytest

from accounts.permissions import ACTIONS, ROLES, Allowance, may


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
