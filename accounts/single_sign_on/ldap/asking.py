"""Asking an LDAP directory: who somebody is, whether a password is theirs, and which groups they are in.

By ldap3, which is pure Python: python-ldap, which django-auth-ldap stands on, has no wheels, so that every machine on
which kafkaadmin is installed would need a compiler and OpenLDAP's headers.
"""

import logging
import re
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from ldap3 import BASE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import (
    LDAPAttributeError,
    LDAPException,
    LDAPInvalidCredentialsResult,
    LDAPInvalidDnError,
    LDAPInvalidFilterError,
    LDAPOperationResult,
)
from ldap3.core.results import RESULT_NO_SUCH_OBJECT, RESULT_SIZE_LIMIT_EXCEEDED, RESULT_SUCCESS
from ldap3.utils.conv import escape_filter_chars

from accounts.single_sign_on.claims import MOST_GROUPS, Person, person_of
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.ldap.directories import ACTIVE_DIRECTORY, Directory
from accounts.single_sign_on.ldap.failures import NOT_LDAP, reason_of, refusal_of

CONNECT_SECONDS, READ_SECONDS = 2, 4
AWAY_SECONDS = 10.0  # for which a server that did not answer is asked last
PAGE = 500  # entries of one answer
AT_ONCE = 50  # groups whose own groups are asked for at once
DEEPEST = 10  # groups within groups
DISABLED = 2  # of Active Directory's userAccountControl
LOCKED = 16  # of its msDS-User-Account-Control-Computed
FIRST_VALUE = re.compile(r"[^=]+=((?:\\.|[^\\,+])*)")
PART = re.compile(r"(?:\\.|[^\\,])+")
NOBODY = "\0"  # a user name that no group has
BUSY = {3, 51, 52}  # timeLimitExceeded, busy, unavailable: another server may answer
NEVER = {"", "0", "9223372036854775807"}
WRONG = "Wrong user name or password. Check both; passwords are case-sensitive."
STATE = (
    "userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires", "pwdAccountLockedTime",
    "nsAccountLock", "loginDisabled",
)  # fmt: skip
_away: dict[str, float] = {}
logger = logging.getLogger(__name__)
T = TypeVar("T")
Entry = dict[str, Any]


@dataclass(frozen=True)
class Membership:
    """A group of an entry: its own, or one that a group of it is in."""

    dn: str
    name: str
    is_direct: bool


def sign_in(directory: Directory, username: str, password: str) -> Person | None:
    """Return whom a user name and password belong to; None where the directory has no such user, or another password.

    Raises:
        SignInRefused: they are locked there, or their name means several.
        ProviderAway: no server answers, or kafkaadmin's own account is refused.
    """
    if not password or not username.isprintable():  # an empty password would be a sign-in as nobody, and succeed
        return None

    def ask(connection: Connection) -> Person | None:
        entry = find(connection, directory, username)
        if entry is None or not is_password(directory, connection.server, entry["dn"], password):
            return None
        if is_locked(entry):
            raise SignInRefused(f"Your account at {directory.title} is locked, disabled or expired.")
        return person_in(connection, directory, entry)

    return from_first_server(directory, ask)


def still_there(directory: Directory, subject: str) -> Person | None:
    """Return who has an identity in the directory, with the groups of now; None for who is gone or locked.

    Raises:
        ProviderAway: no server answers.
    """

    def ask(connection: Connection) -> Person | None:
        entry = by_subject(connection, directory, subject)
        if entry is None or is_locked(entry):
            return None
        name = text_of(entry, directory.username_attribute)
        if find(connection, directory, name, entry["dn"]) is None:  # the filter may ask for a group of its own
            return None
        return person_in(connection, directory, entry)

    return from_first_server(directory, ask)


def from_first_server(directory: Directory, ask: Callable[[Connection], T]) -> T:
    """Ask the first server that answers.

    Raises:
        ProviderAway: none does.
    """
    now = time.monotonic()
    cause: Exception | None = None
    for url in sorted(directory.urls, key=lambda url: now - _away.get(url, -AWAY_SECONDS) < AWAY_SECONDS):
        try:
            with connected(directory, url) as connection:
                return ask(connection)
        except (LDAPInvalidDnError, LDAPInvalidFilterError, LDAPAttributeError) as error:
            raise ProviderAway(*refusal_of(directory, error)) from error
        except (LDAPException, OSError) as error:
            if isinstance(error, LDAPOperationResult) and error.result not in BUSY:
                raise ProviderAway(*refusal_of(directory, error)) from error
            logger.warning("%s: %s cannot be asked: %s", directory.title, url, error)
            _away[url] = time.monotonic()
            cause = error
    if isinstance(cause, LDAPOperationResult):
        raise ProviderAway(*refusal_of(directory, cause)) from cause
    raise ProviderAway(
        f"{directory.title} cannot be reached: {reason_of(cause)}.", "Check the servers' addresses and certificates."
    ) from cause


@contextmanager
def connected(directory: Directory, url: str) -> Iterator[Connection]:
    """Connect to a server as kafkaadmin's own account, or as nobody where it has none; checked by certificates."""
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_data=directory.ca_pem or None, version=ssl.PROTOCOL_TLS_CLIENT)
    server = Server(url, tls=tls, connect_timeout=CONNECT_SECONDS, get_info=NONE)
    connection = opened(server, directory.bind_dn, directory.bind_password, start_tls=directory.start_tls)
    try:
        yield connection
    finally:
        closed(connection)


def opened(server: Server, dn: str, password: str, *, start_tls: bool) -> Connection:
    """Return a connection that is signed in.

    The password is sent as it was typed, as bytes: prepared by ldap3 (RFC 4013), some that people have would be others.

    Raises:
        LDAPException: it is not.
    """
    secret: Any = password.encode() or None
    connection = Connection(
        server, dn or None, secret, receive_timeout=READ_SECONDS, auto_referrals=False, raise_exceptions=True
    )
    try:
        connection.open()
        if start_tls and not server.ssl:
            connection.start_tls()
        connection.bind()
        require_success(connection)
    except BaseException as error:
        closed(connection)
        if isinstance(error, LookupError | TypeError) and not isinstance(error, LDAPException):
            raise LDAPException(NOT_LDAP) from error  # ldap3 takes apart what is no LDAP, and does not notice
        raise
    return connection


def require_success(connection: Connection, *others: int) -> None:
    """Raises LDAPOperationResult: the last answer is no success, also where ldap3 raises nothing.

    It does not for a referral to another server, nor for one that gave up in the midst: a sign-in that was not
    decided would count as one with the right password, and a search that found nothing yet as somebody who is gone.
    """
    answer = connection.result or {}
    if answer.get("result") not in {RESULT_SUCCESS, *others}:
        raise LDAPOperationResult(answer.get("result"), answer.get("description"), message=answer.get("message"))


def closed(connection: Connection) -> None:
    with suppress(LDAPException, OSError):
        connection.unbind()


def is_password(directory: Directory, server: Server, dn: str, password: str) -> bool:
    """Tell whether a password is an entry's, by signing in with it on a connection of its own."""
    try:
        closed(opened(server, dn, password, start_tls=directory.start_tls))
    except LDAPInvalidCredentialsResult:
        return False
    return True


def find(connection: Connection, directory: Directory, username: str, dn: str = "") -> Entry | None:
    """Return the entry of a user name, or of one entry if it is that user name's.

    Raises:
        SignInRefused: several entries have the name.
    """
    query = directory.user_filter.replace("{user}", escape_filter_chars(username))
    entries = search(
        connection, dn or directory.user_base, query, attributes_of(directory), scope=BASE if dn else SUBTREE, most=2
    )
    if len(entries) > 1:
        raise SignInRefused(f"Several users of {directory.title} have this name.", "Ask its administrators.")
    return entries[0] if entries else None


def by_subject(connection: Connection, directory: Directory, subject: str) -> Entry | None:
    """Return the entry of an identity: by its id in the directory, or by its DN where it has none."""
    scope: Any = SUBTREE
    base, query = directory.user_base, f"({directory.id_attribute}={id_in_filter(directory, subject)})"
    if subject.startswith("dn:"):
        base, query, scope = subject.removeprefix("dn:"), "(objectClass=*)", BASE
    entries = search(connection, base, query, attributes_of(directory), scope=scope, most=2)
    return entries[0] if len(entries) == 1 else None


def attributes_of(directory: Directory) -> list[str]:
    """Return what is read of a user's entry."""
    return [*STATE, directory.username_attribute, directory.id_attribute, "memberOf", "mail", "givenName", "sn"]


def id_in_filter(directory: Directory, subject: str) -> str:
    if directory.kind == ACTIVE_DIRECTORY and len(subject) == 36:
        return "".join(f"\\{byte:02x}" for byte in UUID(subject).bytes_le)
    return escape_filter_chars(subject)


def search(
    connection: Connection,
    base: str,
    query: str,
    attributes: list[str],
    *,
    scope: Any = SUBTREE,
    most: int = MOST_GROUPS,
) -> list[Entry]:
    """Return entries, page by page; operational attributes are named. What is not there is no entry."""
    entries: list[Entry] = []
    cookie: Any = None
    while len(entries) < most:
        try:
            connection.search(
                base, query, scope, attributes=attributes, time_limit=READ_SECONDS, paged_size=PAGE, paged_cookie=cookie
            )
        except LDAPOperationResult as error:
            if error.result == RESULT_NO_SUCH_OBJECT:
                return entries
            raise
        require_success(connection, RESULT_SIZE_LIMIT_EXCEEDED)
        entries += [dict(each) for each in connection.response or () if each.get("type") == "searchResEntry"]
        control = (connection.result or {}).get("controls", {}).get("1.2.840.113556.1.4.319", {})
        cookie = control.get("value", {}).get("cookie")
        if not cookie:
            break
    return entries[:most]


def texts_of(entry: Entry, attribute: str) -> list[str]:
    """Return an attribute's values as texts, whatever the case of its name."""
    return [value.decode("utf-8", "replace") for value in raw_values(entry, attribute)]


def raw_values(entry: Entry, attribute: str) -> list[bytes]:
    attributes: dict[str, list[bytes]] = entry["raw_attributes"]
    return next((values for name, values in attributes.items() if name.lower() == attribute.lower()), [])


def text_of(entry: Entry, attribute: str) -> str:
    return next(iter(texts_of(entry, attribute)), "")


def is_locked(entry: Entry) -> bool:
    """Tell whether an account is disabled, locked or expired, as Active Directory, OpenLDAP, 389 and others say it."""
    flags = int(text_of(entry, "userAccountControl") or 0) & DISABLED
    computed = int(text_of(entry, "msDS-User-Account-Control-Computed") or 0) & LOCKED
    expires = text_of(entry, "accountExpires")
    has_expired = expires not in NEVER and int(expires) / 10_000_000 - 11_644_473_600 < time.time()
    said = [text_of(entry, name).lower() == "true" for name in ("nsAccountLock", "loginDisabled")]
    return bool(flags or computed or has_expired or any(said) or text_of(entry, "pwdAccountLockedTime"))


def person_in(connection: Connection, directory: Directory, entry: Entry) -> Person:
    """Return whom an entry is about, with their groups."""
    return person_with(directory, entry, memberships(connection, directory, entry))


def person_with(directory: Directory, entry: Entry, groups: Iterable[Membership]) -> Person:
    claims = {
        "sub": subject_of(directory, entry), "username": text_of(entry, directory.username_attribute),
        "groups": [group.name for group in groups],
        "email": text_of(entry, "mail"), "given_name": text_of(entry, "givenName"), "family_name": text_of(entry, "sn"),
    }  # fmt: skip
    return person_of(claims, directory.provider)


def subject_of(directory: Directory, entry: Entry) -> str:
    """Return what never changes of an entry: its id, or its DN where the server shows none."""
    raw = raw_values(entry, directory.id_attribute)
    if not raw:
        return f"dn:{entry['dn']}"
    if directory.kind == ACTIVE_DIRECTORY and len(raw[0]) == 16:
        return str(UUID(bytes_le=raw[0]))
    return raw[0].decode("utf-8", "replace")


def memberships(connection: Connection, directory: Directory, entry: Entry) -> list[Membership]:
    """Return an entry's groups, and the groups that these are in. Members are never read."""
    own = texts_of(entry, "memberOf") if directory.member_of else []
    direct = {dn: name for dn in own if (name := name_in(dn))}
    if directory.kind == ACTIVE_DIRECTORY:
        every = direct | (groups_by_entry(connection, directory, entry) if directory.nested else {})
        direct = dict.fromkeys(texts_of(entry, "memberOf"), "")  # its search tells no levels
    else:
        direct |= groups_by_entry(connection, directory, entry)
        every = direct | (groups_above(connection, directory, direct) if directory.nested else {})
    folded = {dn.casefold() for dn in direct}
    by_dn = {dn.casefold(): Membership(dn, name, dn.casefold() in folded) for dn, name in every.items()}
    return [group for group in by_dn.values() if is_below(group.dn, directory.group_base)]


def is_below(dn: str, base: str) -> bool:
    """Tell whether an entry is below another one; anything is below none.

    An entry names groups from anywhere, of which another one may have the same name: whoever may make groups in a part
    of the directory must not get the roles of those of another part.
    """
    below = parts_of(base)
    return not below or parts_of(dn)[-len(below) :] == below


def parts_of(dn: str) -> list[str]:
    """Return the parts of a DN, as they are compared: without upper and lower case, and however they are escaped."""
    return [unescaped(part).strip().casefold() for part in PART.findall(dn)]


def groups_by_entry(connection: Connection, directory: Directory, entry: Entry) -> dict[str, str]:
    username = text_of(entry, directory.username_attribute)
    return groups_by(connection, directory, group_query(directory, entry["dn"], username))


def groups_above(connection: Connection, directory: Directory, groups: dict[str, str]) -> dict[str, str]:
    """Return the groups that groups are in, and so on; in circles, too."""
    above: dict[str, str] = {}
    new = groups
    for _ in range(DEEPEST):
        reached = groups.keys() | above.keys()
        new = {dn: name for dn, name in parents(connection, directory, list(new)).items() if dn not in reached}
        above |= new
        if not new or len(reached) + len(new) >= MOST_GROUPS:
            break
    return above


def group_query(directory: Directory, dn: str, username: str) -> str:
    """Return the filter for groups of an entry; values are escaped, so that none is taken for a part of the filter."""
    query = directory.group_filter.replace("{user}", escape_filter_chars(username))
    return query.replace("{dn}", escape_filter_chars(dn))


def parents(connection: Connection, directory: Directory, dns: list[str]) -> dict[str, str]:
    """Return the groups that have one of these groups as a member."""
    result: dict[str, str] = {}
    for first in range(0, len(dns), AT_ONCE):
        parts = (group_query(directory, dn, NOBODY) for dn in dns[first : first + AT_ONCE])
        result |= groups_by(connection, directory, f"(|{''.join(parts)})")
    return result


def groups_by(connection: Connection, directory: Directory, query: str) -> dict[str, str]:
    attribute = directory.group_attribute
    entries = search(connection, directory.group_base or directory.user_base, query, [attribute])
    return {entry["dn"]: name for entry in entries if (name := text_of(entry, attribute))}


def name_in(dn: str) -> str:
    """Return the name of a group by its DN: the value of its first part, without the escaping of DNs (RFC 4514)."""
    match = FIRST_VALUE.match(dn)
    if match is None:
        return ""
    return unescaped(match[1])


def unescaped(text: str) -> str:
    """Return a part of a DN without the escaping of RFC 4514."""
    raw = re.sub(
        rb"\\(?:([0-9A-Fa-f]{2})|(.))", lambda sign: bytes.fromhex(sign[1].decode()) if sign[1] else sign[2],
        text.encode(),
    )  # fmt: skip
    return raw.decode("utf-8", "replace")
