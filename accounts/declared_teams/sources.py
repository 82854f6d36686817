"""Where teams are declared: the sign-in file, and what the apps above read from other tools' configuration."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.declared_teams.document import DeclaredTeams, TeamError, read_teams
from accounts.declared_teams.storage import store
from accounts.single_sign_on.sign_in_file import read_file

FILE = "sign-in file"  # the source, as pages name it


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
    sentences: list[str] = []
    for source in all_sources():
        declared = source()
        try:
            failures = store(declared)
        except IntegrityError:  # another process stores the same
            continue
        sentences += [*failures, *declared.remarks]
    return sentences


def examine_teams() -> list[str]:
    """Return what would be wrong with the teams of all sources, without storing them."""
    with transaction.atomic():
        failures = [failure for source in all_sources() for failure in store(source())]
        transaction.set_rollback(True)
    return failures
