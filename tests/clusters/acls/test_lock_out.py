"""Who is warned before an ACL locks them out."""

import pytest

from clusters.acls.lock_out import Surroundings
from clusters.acls.plan import create, delete
from clusters.authorizer.decisions import AuthorizerSettings
from clusters.gateway.access.acls import Acl

OWN = "User:kafkaadmin"


def acl(principal: str = OWN, permission: str = "ALLOW", name: str = "orders", pattern: str = "LITERAL") -> Acl:
    return Acl(principal, "*", "DESCRIBE", permission, "TOPIC", name, pattern)


@pytest.mark.parametrize(
    ("entry", "own", "super_users", "is_warned"),
    [
        (acl(), OWN, None, True), (acl("User:*"), OWN, frozenset(), True), (acl("User:other"), OWN, None, False),
        (acl(), OWN, frozenset({OWN}), False), (acl(), "", None, False),
    ],
)  # fmt: skip
def test_kafkaadmin_itself(entry: Acl, own: str, super_users: frozenset[str] | None, is_warned: bool) -> None:
    around = Surroundings(own, AuthorizerSettings(super_users))
    deleted, allowed = delete(entry, [entry, acl("User:a")], around), create([entry], [], around)
    denied = create([entry._replace(permission="DENY")], [], around)
    words = "kafkaadmin itself authenticates as User:kafkaadmin"
    warned = [any(words in warning for warning in plan.warnings) for plan in (deleted, denied, allowed)]
    assert warned == [is_warned, is_warned, False]


@pytest.mark.parametrize(
    ("present", "everyone", "is_warned"),
    [
        ([], True, True), ([], False, False), ([], None, False), ([acl("User:a")], True, False),
        ([acl("User:a", name="ord", pattern="PREFIXED")], True, False), ([acl("User:a", name="*")], True, False),
        ([acl("User:a", name="order")], True, True),
    ],
)  # fmt: skip
def test_everybody_who_had_access_without_an_acl(present: list[Acl], everyone: bool | None, is_warned: bool) -> None:
    planned = create([acl("User:b")], present, Surroundings(settings=AuthorizerSettings(None, everyone)))
    assert any("until now everybody had access" in warning for warning in planned.warnings) is is_warned
