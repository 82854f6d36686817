"""Who may do what: rules by example, what is not known, and hosts that are exceptions."""

import pytest

from clusters.authorizer.access import NO_HOST, access_of, cell, principals_of
from clusters.authorizer.decisions import AuthorizerSettings, Decision, Reason, ResourceAcls
from clusters.authorizer.hosts import fits_a_client, is_within
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import Acl

ORDERS = Pattern("TOPIC", "orders")
STRICT = AuthorizerSettings(frozenset({"User:root"}), allow_everyone=False)


def acl(operation: str, permission: str = "ALLOW", **fields: str) -> Acl:
    values = {"principal": "User:a", "host": "*", "resource_type": "TOPIC", "resource_name": "orders",
              "pattern_type": "LITERAL", **fields}  # fmt: skip
    return Acl(operation=operation, permission=permission, **values)


def decide(*acls: Acl, operation: str, settings: AuthorizerSettings = STRICT, principal: str = "User:a") -> Decision:
    return ResourceAcls(acls, settings, ORDERS).decide(principal, NO_HOST, operation)


@pytest.mark.parametrize("operation", ["READ", "WRITE", "DELETE", "ALTER"])
def test_an_allow_implies_describe_and_a_deny_does_not(operation: str) -> None:
    allow, deny = acl(operation), acl(operation, "DENY")
    assert decide(allow, operation="DESCRIBE") == Decision(True, Reason.ACL, allow)
    assert decide(deny, acl("DESCRIBE"), operation="DESCRIBE").allowed is True
    assert decide(deny, acl("ALL"), operation=operation) == Decision(False, Reason.ACL, deny)


def test_without_an_acl_the_setting_decides_and_unknown_is_not_denied() -> None:
    assert decide(operation="READ") == Decision(False, Reason.NO_ACL_DENIED)
    everyone = AuthorizerSettings(frozenset(), allow_everyone=True)
    assert decide(operation="READ", settings=everyone) == Decision(True, Reason.NO_ACL)
    assert decide(operation="READ", settings=AuthorizerSettings()) == Decision(None, Reason.NO_ACL_UNKNOWN)
    assert decide(acl("READ"), operation="WRITE", settings=everyone) == Decision(False, Reason.NO_MATCH)


def test_a_row_for_each_principal_and_super_user() -> None:
    deny = acl("READ", "DENY", principal="User:*")
    acls = ResourceAcls([acl("READ"), deny, acl("WRITE")], STRICT, ORDERS)
    rows = [access_of(acls, principal, ("READ", "WRITE", "ALTER")) for principal in principals_of(acls)]
    marks = {row.principal: "".join(cell.mark for cell in row.cells) for row in rows}
    assert marks == {"User:*": "✗––", "User:a": "✗✓–", "User:root": "✓✓✓"}
    assert [row.principal for row in rows if row.is_super_user] == ["User:root"]


def test_hosts_that_are_exceptions_are_named_if_a_client_can_have_them() -> None:
    acls = [acl("READ"), acl("READ", "DENY", host="10.0.0.9"), acl("READ", "DENY", host="app.example.com"),
            acl("READ", "DENY", host="10.1.0.0/16")]  # fmt: skip
    read = cell(ResourceAcls(acls, STRICT, ORDERS), "User:a", "READ")
    assert (read.mark, [host for host, _ in read.exceptions]) == ("✓", ["10.0.0.9"])
    networked = AuthorizerSettings(frozenset(), allow_everyone=False, networks=True)
    read = cell(ResourceAcls(acls, networked, ORDERS), "User:a", "READ")
    assert [host for host, _ in read.exceptions] == ["10.0.0.9", "10.1.0.0/16"]
    assert ResourceAcls(acls, networked, ORDERS).decide("User:a", "10.1.2.3", "READ").allowed is False
    assert ResourceAcls(acls, STRICT, ORDERS).decide("User:a", "10.1.2.3", "READ").allowed is True


def test_a_prefix_asks_for_all_that_begins_with_it() -> None:
    every = Pattern("TOPIC", "ord", is_prefix=True)
    wide, narrow, all_topics = (
        acl("READ", resource_name="or", pattern_type="PREFIXED"),
        acl("WRITE", "DENY", resource_name="orders-x"),
        acl("ALTER", resource_name="*"),
    )
    acls = ResourceAcls([wide, narrow, all_topics], STRICT, every)
    decisions = {operation: acls.decide("User:a", NO_HOST, operation).allowed for operation in ("READ", "WRITE")}
    assert decisions == {"READ": True, "WRITE": False}
    assert [every.has_within(entry) for entry in (wide, narrow, all_topics)] == [False, True, False]
    assert Pattern.of(all_topics).is_covered_by(all_topics)
    assert not Pattern.of(all_topics).is_covered_by(wide)


def test_networks_within_networks() -> None:
    assert is_within("10.1.0.0/16", "10.0.0.0/8")
    assert not is_within("10.0.0.0/8", "10.1.0.0/16")
    assert not is_within("::/0", "0.0.0.0/0")
    assert not is_within("", "0.0.0.0/0")
    assert fits_a_client("10.0.0.0/8", networks=True)
    assert not fits_a_client("10.0.0.0/8", networks=False)
    assert not fits_a_client("2001:DB8::1", networks=True)  # brokers write it otherwise
