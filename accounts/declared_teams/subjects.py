"""Which accounts a group of the company, a user name or a pattern means. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.java_patterns import matches_in_java

GROUP, USER, EVERYBODY_ELSE = "group", "user", "everybody-else"
EXACT, ANY_CASE, PATTERN = "exact", "any-case", "pattern"
KINDS, MATCHES = (GROUP, USER, EVERYBODY_ELSE), (EXACT, ANY_CASE, PATTERN)


class Subject(Protocol):
    """What leads to a team: a kind, a name or pattern, and a provider, empty for any."""

    @property
    def provider(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def match(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Account:
    """An account of the company, as its provider names it."""

    provider: str
    username: str
    groups: Iterable[str]


S = TypeVar("S", bound=Subject)


def leading(subjects: Iterable[S], account: Account) -> list[S]:
    """Return the subjects that mean an account; everybody else is who is meant by no other."""
    groups = frozenset(account.groups)
    folded = frozenset(map(in_one_case, groups))
    own = [subject for subject in subjects if subject.provider in {"", account.provider}]
    named = [subject for subject in own if subject.kind != EVERYBODY_ELSE and means(subject, account, groups, folded)]
    return named or [subject for subject in own if subject.kind == EVERYBODY_ELSE]


def means(subject: Subject, account: Account, groups: frozenset[str], folded: frozenset[str]) -> bool:
    """Tell whether a subject means an account; ``folded`` are its groups without upper and lower case."""
    names = groups if subject.kind == GROUP else frozenset({account.username} - {""})
    if subject.match == PATTERN:
        return any(matches_in_java(subject.name, name) for name in names)
    if subject.match == ANY_CASE:
        return in_one_case(subject.name) in (folded if subject.kind == GROUP else map(in_one_case, names))
    return subject.name in names


def in_one_case(name: str) -> str:
    """Return a name as Java's ``equalsIgnoreCase`` compares it: letter by letter, so that ß is never ss."""
    return "".join(as_one_letter(as_one_letter(sign, sign.upper()), sign.upper().lower()) for sign in name)


def as_one_letter(sign: str, other_case: str) -> str:
    return other_case if len(other_case) == 1 else sign
