"""Which accounts lead to which teams."""

import pytest

from accounts.declared_teams.document import DeclaredSubject
from accounts.declared_teams.subjects import (
    ANY_CASE,
    EVERYBODY_ELSE,
    EXACT,
    GROUP,
    PATTERN,
    USER,
    Account,
    leading,
)

GRACE = Account("keycloak", "Grace", ["kafka-team", "Ops"])


@pytest.mark.parametrize(
    ("kind", "match", "name", "provider", "is_meant"),
    [
        (GROUP, EXACT, "kafka-team", "", True), (GROUP, EXACT, "kafka-team", "keycloak", True),
        (GROUP, EXACT, "kafka-team", "okta", False), (GROUP, EXACT, "ops", "", False),
        (GROUP, ANY_CASE, "oPS", "", True), (GROUP, PATTERN, "kafka-.*", "", True),
        (GROUP, PATTERN, "kafka", "", False), (GROUP, PATTERN, "a|kafka", "", False),
        (GROUP, EXACT, "Grace", "", False), (USER, EXACT, "Grace", "", True), (USER, EXACT, "grace", "", False),
        (USER, ANY_CASE, "grace", "", True), (USER, PATTERN, "G.*", "", True), (USER, EXACT, "kafka-team", "", False),
        (EVERYBODY_ELSE, EXACT, "", "", True), (EVERYBODY_ELSE, EXACT, "", "okta", False),
    ],
)  # fmt: skip
def test_a_subject_means_an_account_or_not(kind: str, match: str, name: str, provider: str, is_meant: bool) -> None:
    assert bool(leading([DeclaredSubject(kind, name, provider, match)], GRACE)) is is_meant


@pytest.mark.parametrize(
    ("configured", "own", "is_meant"),
    [
        ("Straße", "STRASSE", False), ("straße", "STRAẞE", True), ("ﬁnance", "finance", False), ("OPS", "ops", True),
        ("Łódź", "łÓDŹ", True), ("ΣΊΣΥΦΟΣ", "σίσυφος", True),
    ],
)  # fmt: skip
def test_without_upper_and_lower_case_letters_stay_what_they_are(configured: str, own: str, is_meant: bool) -> None:
    for kind, account in ((GROUP, Account("x", "", [own])), (USER, Account("x", own, []))):
        assert bool(leading([DeclaredSubject(kind, configured, match=ANY_CASE)], account)) is is_meant


@pytest.mark.parametrize(
    ("pattern", "own", "is_meant"),
    [
        ("(?i)ops-k", "OPS-K", True), ("(?i)ops-k", "opſ-k", False), ("(?i)ops-k", "ops-\u212a", False),
        ("(?si)[j-l]+", "\u212a", False), ("(?i)[^k]", "\u212a", True), ("(?i)team-.*", "TEAM-\u212aöln", True),
        ("(?i)köln", "KÖLN", False), ("(?i)\\p{Lu}+", "ops", False), ("köln", "köln", True), ("opſ", "opſ", True),
        ("team.*", "team\u2028x", False),
    ],
)  # fmt: skip
def test_a_pattern_never_means_more_than_in_java(pattern: str, own: str, is_meant: bool) -> None:
    assert bool(leading([DeclaredSubject(GROUP, pattern, match=PATTERN)], Account("x", "", [own]))) is is_meant


def test_everybody_else_is_who_is_meant_by_no_other() -> None:
    rest, team = DeclaredSubject(EVERYBODY_ELSE), DeclaredSubject(GROUP, "kafka-team")
    assert leading([rest, team], GRACE) == [team]
    assert leading([rest, team], Account("keycloak", "bob", [])) == [rest]


def test_an_account_without_a_name_is_no_user() -> None:
    assert leading([DeclaredSubject(USER, ".*", match=PATTERN)], Account("keycloak", "", [])) == []
