"""What a provider says about a person: their name and their groups. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.single_sign_on.providers import Provider

LONGEST = 150  # characters of a user name, as Django has it
MOST_GROUPS = 20_000
FALLBACKS = ("preferred_username", "email", "upn", "sub")  # where the configured claim is missing


class ClaimError(ValueError):
    """The claims do not say who somebody is."""


@dataclass(frozen=True)
class Person:
    """Who signs in; ``subject`` never changes at the provider, the rest may."""

    subject: str
    username: str
    groups: tuple[str, ...] = ()
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    account_name: str = ""  # the configured claim itself, which user names of declared teams are compared with


def at_path(claims: Mapping[str, Any], path: str) -> Any:
    """Return what is at a path, None for nothing: ``realm_access.roles``, or one claim whose name has dots itself."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def groups_in(value: Any) -> tuple[str, ...]:
    """Return groups as a claim has them: a list of names, or of objects with a name, or one text with commas.

    One with characters that cannot be shown, nor stored, can be entered nowhere: it leads to no team.
    """
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple):
        return ()
    names = (item.get("name") if isinstance(item, Mapping) else item for item in value)
    cleaned = dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.isprintable())
    cleaned.pop("", None)
    return tuple(cleaned)[:MOST_GROUPS]


def person_of(claims: Mapping[str, Any], provider: Provider) -> Person:
    """Return the person whom claims are about.

    The name is as Django stores it: letters that are only drawn differently become the same.

    Raises:
        ClaimError: they have no subject, or no name.
    """
    subject = text_in(claims, "sub")
    if not subject:
        raise ClaimError("The claims have no subject (sub).")
    account_name = name_in(claims, provider.username_claim)
    names = (account_name, *(name_in(claims, claim) for claim in FALLBACKS))
    username = unicodedata.normalize("NFKC", next((name for name in names if name), "")).strip()
    if not 0 < len(username) <= LONGEST or len(subject) > 255 or not f"{username}{subject}".isprintable():
        raise ClaimError("The user name is too long, or has characters that cannot be shown.")
    groups = groups_in(at_path(claims, provider.groups_claim))
    return Person(
        subject, username, groups, shown(text_in(claims, "given_name"))[:LONGEST],
        shown(text_in(claims, "family_name"))[:LONGEST], shown(text_in(claims, "email"))[:254],
        account_name[:LONGEST],
    )  # fmt: skip


def name_in(claims: Mapping[str, Any], claim: str) -> str:
    """Return a name; an e-mail address that the provider has not verified is none: anybody could have entered it."""
    is_unverified = claim == "email" and str(claims.get("email_verified", True)).lower() == "false"
    return "" if is_unverified else text_in(claims, claim)


def omits_groups(claims: Mapping[str, Any], provider: Provider) -> bool:
    """Tell whether somebody has more groups than fit into a token, so that it names none (Entra ID's overage)."""
    sources = claims.get("_claim_names")
    named_elsewhere = isinstance(sources, Mapping) and provider.groups_claim in sources
    return at_path(claims, provider.groups_claim) is None and (named_elsewhere or claims.get("hasgroups") is not None)


def text_in(claims: Mapping[str, Any], path: str) -> str:
    value = at_path(claims, path)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def shown(text: str) -> str:
    """Return a text without characters that cannot be shown, of which a database refuses some."""
    return "".join(filter(str.isprintable, text))
