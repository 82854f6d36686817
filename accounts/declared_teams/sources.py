"""Where teams are declared: the sign-in file, and what the apps above read from other tools' configuration."""

import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.declared_teams.document import DeclaredTeams, TeamError, read_teams
from accounts.declared_teams.storage import store
from accounts.single_sign_on.sign_in_file import line_of, read_file

FILE = "sign-in file"  # the source, as pages name it
TEAM_PATH = re.compile(r"teams\[(\d+)\]")


def of_sign_in_file() -> DeclaredTeams:
    """Return the teams of KAFKAADMIN_SIGN_IN."""
    if not settings.SIGN_IN_FILE:
        return DeclaredTeams(FILE)
    try:
        return read_teams(FILE, read_file(settings.SIGN_IN_FILE).get("teams"))
    except (ImproperlyConfigured, TeamError) as error:
        return DeclaredTeams(FILE, failures=(f"{settings.SIGN_IN_FILE}: {error}",))


def all_sources() -> list[Callable[[], DeclaredTeams]]:
    return [of_sign_in_file, *map(import_string, settings.TEAM_SOURCES)]


def declare_teams() -> list[str]:
    """Store the teams of all sources; return what is wrong, and what was not used."""
    failures, remarks = apply_teams()
    return [*failures, *remarks]


def apply_teams() -> tuple[list[str], list[str]]:
    """Store the teams of all sources; return what is wrong, and what was not used."""
    failures: list[str] = []
    remarks: list[str] = []
    for source in all_sources():
        declared = source()
        try:
            failures += with_lines(declared, store(declared))
        except IntegrityError:  # another process stores the same
            continue
        remarks += declared.remarks
    return failures, remarks


def with_lines(declared: DeclaredTeams, failures: Iterable[str]) -> list[str]:
    """Return failures about teams of the sign-in file with the file and the line, where these are known."""
    if declared.source != FILE:
        return list(failures)
    return [with_line(settings.SIGN_IN_FILE, failure) for failure in failures]


def with_line(path: str, failure: str) -> str:
    place = TEAM_PATH.match(failure)
    return f"{path}{line_of(path, 'teams', int(place[1]))}: {failure}" if place else failure


def examine_teams() -> list[str]:
    """Return what would be wrong with the teams of all sources, without storing them."""
    sources = [source() for source in all_sources()]
    with transaction.atomic():
        failures = [failure for declared in sources for failure in with_lines(declared, store(declared))]
        transaction.set_rollback(True)
    return failures
