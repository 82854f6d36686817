"""Teams as a configuration has them: a list of names, with who is in each and its grants. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.declared_teams.subjects import EVERYBODY_ELSE, EXACT, GROUP, PATTERN, USER
from accounts.permissions import ACTIONS, CUSTOM, ROLES, Allowance
from core.patterns import PatternError, compiled

KEYS = {"name", "groups", "users", "everybody_else", "grants"}
GRANT_KEYS = {"role", "actions", "clusters", "resources"}
LONGEST = 255  # characters of a name or pattern in the database
LONGEST_TEAM = 150


class TeamError(ValueError):
    """A team cannot be used; the message says where and why."""


@dataclass(frozen=True)
class DeclaredSubject:
    """Who is in a team: a group, a user name, or everybody else, at a provider or at any."""

    kind: str
    name: str = ""
    provider: str = ""
    match: str = EXACT


@dataclass(frozen=True)
class DeclaredTeam:
    """A team with who is in it and what they may do; ``path`` is its place in the document."""

    name: str
    subjects: tuple[DeclaredSubject, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class DeclaredUser:
    """A user with a password of kafkaadmin's own, as another tool hashed it, and the teams that they are in."""

    name: str
    algorithm: str
    digest: str = field(repr=False)
    teams: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class DeclaredTeams:
    """The teams and users of one source, what is wrong with others, and remarks about what is not used."""

    source: str
    teams: tuple[DeclaredTeam, ...] = ()
    failures: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())
    users: tuple[DeclaredUser, ...] = ()


def read_teams(source: str, entries: object) -> DeclaredTeams:
    """Read the teams of a file; one that cannot be used does not hinder the others.

    Raises:
        TeamError: they are no list.
    """
    teams: dict[str, DeclaredTeam] = {}
    failures: list[str] = []
    for number, entry in enumerate(listed(entries, "teams")):
        path = f"teams[{number}]"
        try:
            team = read_team(mapped(entry, path, KEYS), path)
        except TeamError as error:
            failures.append(str(error))
            continue
        if team.name in teams:
            failures.append(f"{path}: another team is called {team.name}, too.")
        else:
            teams[team.name] = team
    return DeclaredTeams(source, tuple(teams.values()), tuple(failures))


def read_team(entry: Mapping[str, Any], path: str) -> DeclaredTeam:
    name = text(entry.get("name"), f"{path}.name", LONGEST_TEAM)
    subjects = [
        read_subject(value, kind, f"{path}.{key}[{number}]")
        for key, kind in (("groups", GROUP), ("users", USER))
        for number, value in enumerate(listed(entry.get(key), f"{path}.{key}"))
    ]
    if provider := entry.get("everybody_else"):
        any_provider = provider is True
        subjects.append(DeclaredSubject(EVERYBODY_ELSE, "", "" if any_provider else text(provider, path)))
    grants = enumerate(listed(entry.get("grants"), f"{path}.grants"))
    allowances = [read_grant(value, f"{path}.grants[{number}]") for number, value in grants]
    return DeclaredTeam(name, tuple(dict.fromkeys(subjects)), tuple(dict.fromkeys(allowances)), path)


def read_subject(value: object, kind: str, path: str) -> DeclaredSubject:
    """Return a subject: a name, or a mapping with a name or a pattern, and a provider."""
    if isinstance(value, str):
        return DeclaredSubject(kind, text(value, path))
    entry = mapped(value, path, {"name", "pattern", "provider"})
    provider = text(entry["provider"], f"{path}.provider", 40) if "provider" in entry else ""
    if "pattern" not in entry:
        return DeclaredSubject(kind, text(entry.get("name"), f"{path}.name"), provider)
    pattern = text(entry["pattern"], f"{path}.pattern")
    try:
        compiled(pattern)
    except PatternError as error:
        raise TeamError(f"{path}.pattern: {error}") from error
    return DeclaredSubject(kind, pattern, provider, PATTERN)


def read_grant(value: object, path: str) -> Allowance:
    """Return a grant: a role, or a list of actions, on clusters and resources by glob."""
    entry = mapped(value, path, GRANT_KEYS)
    actions = [text(action, f"{path}.actions") for action in listed(entry.get("actions"), f"{path}.actions")]
    role = text(entry.get("role") or (CUSTOM if actions else ""), f"{path}.role")
    if unknown := sorted(set(actions) - ACTIONS):
        raise TeamError(f"{path}.actions: there is no action {', '.join(unknown)}.")
    if role not in ROLES and not (role == CUSTOM and actions):
        raise TeamError(f"{path}.role must be {', '.join(ROLES)}, or there must be actions.")
    if role in ROLES and actions:
        raise TeamError(f"{path}: a role and actions are two grants; write them apart.")
    clusters, resources = (text(entry.get(key, "*"), f"{path}.{key}") for key in ("clusters", "resources"))
    return Allowance(role, clusters, resources, frozenset(actions))


def listed(value: object, path: str) -> Iterable[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise TeamError(f"{path} must be a list.")
    return value


def mapped(value: object, path: str, keys: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TeamError(f"{path} must be a mapping with {', '.join(sorted(keys))}.")
    if unknown := sorted(str(key) for key in value.keys() - keys):
        raise TeamError(f"{path}: unknown {', '.join(unknown)}. There are {', '.join(sorted(keys))}.")
    return value


def text(value: object, path: str, longest: int = LONGEST) -> str:
    """Return a text that a database can store.

    Raises:
        TeamError: it is none, too long, or has characters that cannot be shown.
    """
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise TeamError(f"{path} must be a text.")
    if len(str(value)) > longest or not str(value).isprintable():
        raise TeamError(f"{path} is longer than {longest} characters, or has characters that cannot be shown.")
    return str(value).strip()
