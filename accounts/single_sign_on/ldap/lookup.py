"""Looking somebody up in a directory without their password: what a sign-in would find, for administrators."""

from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass

from ldap3 import BASE, Connection
from ldap3.core.exceptions import LDAPOperationResult

from accounts.single_sign_on.claims import ClaimError, Person
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.ldap.asking import Membership, find, from_first_server, is_locked, memberships, person_with
from accounts.single_sign_on.ldap.directories import Directory
from core.work_threads import WorkThreads

SECONDS = 5.0  # for all servers of a directory together
NO_SUCH_OBJECT = 32
_threads = WorkThreads()


@dataclass(frozen=True)
class DirectoryEntry:
    """What a directory has under a user name; ``remark`` says why there may be fewer groups than expected."""

    server: str
    dn: str
    person: Person
    memberships: tuple[Membership, ...]
    is_locked: bool
    remark: str = ""


def look_up(directory: Directory, username: str, seconds: float = SECONDS) -> DirectoryEntry:
    """Return the entry of a user name, as a sign-in would find it.

    Raises:
        SignInRefused: nobody has the name, or several, or the entry cannot be used.
        ProviderAway: no server answers in time, or kafkaadmin's account is refused.
    """
    entries: list[DirectoryEntry] = []
    future = _threads.submit(
        lambda: entries.append(from_first_server(directory, lambda server: entry_of(server, directory, username)))
    )
    try:
        future.result(timeout=seconds)
    except TookTooLong as error:
        raise ProviderAway(
            f"{directory.title} did not answer within {seconds:g} seconds.", "Check the servers' addresses and load."
        ) from error
    return entries[0]


def entry_of(connection: Connection, directory: Directory, username: str) -> DirectoryEntry:
    entry = find(connection, directory, username) if username.isprintable() else None
    if entry is None:
        require_base(connection, directory)
        raise SignInRefused(
            f"{directory.title} has no user {username}.",
            f"Searched below {directory.user_base} by {directory.user_filter}.",
        )
    groups = memberships(connection, directory, entry)
    try:
        person = person_with(directory, entry, groups)
    except ClaimError as error:
        raise SignInRefused(f"{entry['dn']} cannot sign in: {error}", "Check username_attribute.") from error
    base = directory.group_base or directory.user_base
    is_missing = not groups and not exists(connection, base)
    remark = f"There is no entry {base}, below which groups are searched. Check group_base." if is_missing else ""
    return DirectoryEntry(connection.server.name, entry["dn"], person, tuple(groups), is_locked(entry), remark)


def require_base(connection: Connection, directory: Directory) -> None:
    """Raises SignInRefused: what users are searched below is not there."""
    if not exists(connection, directory.user_base):
        raise SignInRefused(f"{directory.title} has no entry {directory.user_base}.", "Check user_base.")


def exists(connection: Connection, dn: str) -> bool:
    try:
        connection.search(dn, "(objectClass=*)", BASE, attributes=["1.1"])
    except LDAPOperationResult as error:
        if error.result == NO_SUCH_OBJECT:
            return False
        raise
    return True
