"""Whether the sign-in configuration of now is in force: what is wrong with it, for administrators and the audit log."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import AuditEntry, SignInConfiguration
from accounts.second_factor.policy import policy, policy_in_file, policy_of_file
from accounts.single_sign_on.ldap.directories import Directory, configured_directories, read_directories
from accounts.single_sign_on.providers import Provider, configured, read_providers
from accounts.single_sign_on.proxy import configured_headers, read_headers
from core.rereading import Rereading

SUBJECT = "sign-in configuration"
READINGS: tuple[Callable[[], object], ...] = (configured, configured_directories, configured_headers, policy_in_file)
REREAD: tuple[Rereading[Any], ...] = (read_providers, read_directories, read_headers, policy_of_file)
VARIABLE = re.compile(r"KAFKAADMIN_[A-Z_]+…?")
LINE = re.compile(r", (line \d+): ")


def reading_failures() -> list[str]:
    """Return why providers, directories or the second factor's policy are not as their files have them now."""
    for reading in READINGS:
        reading()
    return list(dict.fromkeys(line for each in REREAD for line in each.failure.splitlines()))


def missing_ways() -> list[str]:
    """Return where the mistakes stand that leave ways to sign in out: variables, and lines of their files.

    That is for the sign-in page, so for strangers too: what is wrong there, administrators are told.
    """
    reading_failures()
    never_read = [each for each in REREAD if not each.has_value]
    return list(dict.fromkeys(place_of(line) for each in never_read for line in each.failure.splitlines()))


def place_of(failure: str) -> str:
    variable, line = VARIABLE.search(failure), LINE.search(failure)
    name = variable[0] if variable else "KAFKAADMIN_SIGN_IN"
    return f"{name} ({line[1]} of the file)" if line else name


def failures_now() -> list[str]:
    """Return what is wrong: as this process sees it, and, of teams, as a worker saw it last."""
    kept = "\n".join(SignInConfiguration.objects.values_list("failure", flat=True)).splitlines()
    return list(dict.fromkeys([*reading_failures(), *kept]))


def ways_in_force() -> dict[str, str]:
    """Return the providers and directories by name, in words without secrets."""
    ways: list[Provider | Directory] = [*configured().values(), *configured_directories().values()]
    return {way.name: described(way) for way in ways}


def described(way: Provider | Directory) -> str:
    if isinstance(way, Directory):
        return f"{way.title}: {way.kind}, {' '.join(way.urls)}, users below {way.user_base}"
    return f"{way.title}: {way.kind}, {way.issuer}, client {way.client_id}"


def remember_failures(failures: Iterable[str], now: datetime) -> None:
    """Keep what is wrong, and record when that changes; so are providers and directories that came into force."""
    failure = "\n".join(dict.fromkeys(" ".join(each.split()) for each in failures))
    with transaction.atomic():
        row, _ = SignInConfiguration.objects.select_for_update().get_or_create(pk=1)
        if failure != row.failure:
            row.failed_at = now if failure else None
            note(f"Not in force: {failure}" if failure else "In force again.", failed=bool(failure))
        row.failure = failure
        if read_providers.has_value and read_directories.has_value:
            ways = ways_in_force()
            if row.ways is not None and ways != row.ways:
                note("", steps=steps_between(row.ways, ways))
            row.ways = ways
        row.second_factor = policy()
        row.save()


def steps_between(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, str | None]]:
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [{"subject": name, "before": before.get(name), "after": after.get(name)} for name in changed]


def note(detail: str, *, failed: bool = False, steps: Iterable[dict[str, str | None]] = ()) -> None:
    AuditEntry.objects.create(
        username="configuration", action="people.manage", resource=SUBJECT, detail=detail, steps=list(steps),
        outcome=AuditEntry.FAILED if failed else AuditEntry.DONE,
    )  # fmt: skip
