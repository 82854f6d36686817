"""ACLs that change nothing: by example, and without them no decision changes, whatever is asked."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.authorizer import redundancy
from clusters.authorizer.acl_index import AclIndex
from clusters.authorizer.decisions import AuthorizerSettings, ResourceAcls
from clusters.authorizer.hosts import is_within
from clusters.authorizer.patterns import Pattern
from clusters.authorizer.redundancy import Redundancy, Verdicts, lacking, operations_of, redundant
from clusters.gateway.access.acls import Acl

HOSTS = ("*", "10.0.0.1", "10.0.0.0/31", "10.0.0.9/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "localhost")
CLIENTS = ("", "10.0.0.1", "10.0.0.3", "10.9.0.1", "2001:db8:0:0:0:0:0:1", "localhost", "10.0.0.0/31")
PRINCIPALS = ("User:a", "User:b", "User:*", "Group:a")
NAMES = ("a", "ab", "abc", "b", "*", "*a", "a*")
OPERATIONS = ("READ", "WRITE", "DELETE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS", "CREATE")
ACLS = st.builds(
    Acl, st.sampled_from(PRINCIPALS), st.sampled_from(HOSTS), st.sampled_from((*OPERATIONS, "ALL")),
    st.sampled_from(("ALLOW", "ALLOW", "DENY")), st.just("TOPIC"), st.sampled_from(NAMES),
    st.sampled_from(("LITERAL", "PREFIXED")),
)  # fmt: skip
QUESTIONS = [
    (Pattern("TOPIC", name, is_prefix), principal, host, operation)
    for (name, is_prefix), principal, host, operation in itertools.product(
        [("a", False), ("abcd", False), ("c", False), ("*", False), ("*ab", False), ("ab", True)],
        ("User:a", "Group:a", "User:c", "User:root"),
        CLIENTS,
        OPERATIONS,
    )
]


@given(st.lists(ACLS, max_size=14, unique=True), st.booleans(), st.sampled_from([True, False, None]))
def test_without_them_every_decision_is_the_same(acls: list[Acl], networks: bool, everyone: bool | None) -> None:
    removed = {each.acl for each in redundant(acls, networks=networks)}
    kept = [acl for acl in acls if acl not in removed]
    given_settings = AuthorizerSettings(frozenset({"User:root"}), everyone, networks)
    for pattern in {question[0] for question in QUESTIONS}:
        before, after = (ResourceAcls(entries, given_settings, pattern) for entries in (acls, kept))
        for question, principal, host, operation in QUESTIONS:
            if question == pattern:
                decisions = [each.decide(principal, host, operation).allowed for each in (before, after)]
                assert decisions[0] == decisions[1], (pattern, principal, host, operation, removed)


@given(st.lists(ACLS, max_size=14, unique=True))
def test_what_is_left_has_nothing_more_to_remove(acls: list[Acl]) -> None:
    removed = {each.acl for each in redundant(acls)}
    assert redundant([acl for acl in acls if acl not in removed]) == []
    assert all(set(each.because).isdisjoint(removed) for each in redundant(acls))


def plainly_redundant(acls: list[Acl], *, networks: bool) -> list[tuple[Acl, Redundancy, list[Acl]]]:
    """Return what is redundant by comparing each ACL with each other one."""

    def concerns_all(other: Acl, acl: Acl) -> bool:
        hosts = other.host in ("*", acl.host) or (networks and is_within(acl.host, other.host))
        return hosts and other.principal in (acl.principal, "User:*") and Pattern.of(acl).is_covered_by(other)

    def covers(other: Acl, acl: Acl) -> bool:
        operations = [operations_of(each.operation, each.permission) for each in (acl, other)]
        return concerns_all(other, acl) and other.permission == acl.permission and operations[0] <= operations[1]

    found: list[tuple[Acl, Redundancy, list[Acl]]] = []
    for acl in acls:
        others = [other for other in acls if other != acl and concerns_all(other, acl)]
        denials = [other for other in others if other.permission == "DENY"]
        denied = {name for each in denials for name in operations_of(each.operation, "DENY")}
        broader = [other for other in others if covers(other, acl) and not covers(acl, other)]
        first = [other for other in others if covers(other, acl) and covers(acl, other) and other < acl]
        if acl.permission == "ALLOW" and operations_of(acl.operation, "ALLOW") <= denied:
            found.append((acl, Redundancy.DENIED, denials))
        elif broader:
            found.append((acl, Redundancy.SHADOWED, broader))
        elif first:
            found.append((acl, Redundancy.DUPLICATE, first))
    removed = {acl for acl, _, _ in found}
    return [(acl, kind, [each for each in because if each not in removed] or because)
            for acl, kind, because in sorted(found)]  # fmt: skip


@given(st.lists(ACLS, max_size=40, unique=True), st.booleans())
def test_it_is_what_comparing_each_with_each_finds(acls: list[Acl], networks: bool) -> None:
    result = [(each.acl, each.kind, sorted(each.because)) for each in redundant(acls, networks=networks)]
    assert result == [(acl, kind, sorted(because)) for acl, kind, because in plainly_redundant(acls, networks=networks)]


@pytest.mark.parametrize("principal", ["User:*", "User:a"])
def test_few_are_compared_however_many_hosts_and_prefixes_a_principal_has(
    principal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [
        acl(operation, principal=principal, host=host, resource_name=name, pattern_type=pattern_type)
        for number in range(500)
        for operation in ("READ", "WRITE")
        for host, name, pattern_type in (
            (f"10.0.{number // 250}.{number % 250}", "*", "LITERAL"),
            (f"10.1.{number % 250}.0/{24 + number // 250}", "*", "LITERAL"),
            ("*", f"topic-{number}-", "PREFIXED"),
            ("*", f"topic-{number}", "LITERAL"),
        )
    ]
    monkeypatch.setattr(redundancy, "compared", None)
    judged = Verdicts(AclIndex(every, networks=True))
    assert judged.kinds
    assert len(judged.judged_at_once) < 12


def acl(operation: str = "READ", permission: str = "ALLOW", **fields: str) -> Acl:
    values = {"principal": "User:a", "host": "*", "resource_type": "TOPIC", "resource_name": "orders",
              "pattern_type": "LITERAL", **fields}  # fmt: skip
    return Acl(operation=operation, permission=permission, **values)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (acl("ALL"), Redundancy.SHADOWED),
        (acl(principal="User:*"), Redundancy.SHADOWED),
        (acl(resource_name="ord", pattern_type="PREFIXED"), Redundancy.SHADOWED),
        (acl(pattern_type="PREFIXED"), Redundancy.SHADOWED),
        (acl(resource_name="*"), Redundancy.SHADOWED),
        (acl("ALL", "DENY"), Redundancy.DENIED),
        (acl("READ", "DENY"), None),  # DESCRIBE, which it implies, stays allowed
        (acl(principal="User:b"), None),
        (acl("WRITE"), None),
        (acl(host="10.0.0.1"), None),
        (acl(resource_type="GROUP", resource_name="*"), None),
        (acl(resource_name="orders-"), None),
    ],
)
def test_one_acl_makes_another_useless(other: Acl, kind: Redundancy | None) -> None:
    result = {each.acl: (each.kind, each.because) for each in redundant([acl(), other])}
    assert result.get(acl()) == ((kind, (other,)) if kind else None)


def test_several_denials_and_implied_operations() -> None:
    denials = [acl("READ", "DENY"), acl("DESCRIBE", "DENY", resource_name="*")]
    assert [(each.acl, each.kind) for each in redundant([acl(), *denials])] == [(acl(), Redundancy.DENIED)]
    assert [each.acl for each in redundant([acl("DESCRIBE"), acl()])] == [acl("DESCRIBE")]
    assert redundant([acl("DESCRIBE", "DENY"), acl("READ", "DENY")]) == []


def test_of_equal_ones_one_is_kept() -> None:
    same = [acl(host="10.0.0.9/8"), acl(host="10.0.0.0/8")]
    (only,) = redundant(same, networks=True)
    assert (only.kind, {only.acl, *only.because}) == (Redundancy.DUPLICATE, set(same))
    assert redundant(same) == []


def test_only_what_is_lacking_is_asked_for() -> None:
    requested = [acl(), acl("DESCRIBE"), acl("WRITE"), acl("WRITE", "DENY")]
    assert lacking(requested, [acl(resource_name="or", pattern_type="PREFIXED")]) == requested[2:]
    assert lacking(requested, requested) == []
