"""Who may do what by kafka-ui's or AKHQ's configuration: their providers and roles, as providers and teams of ours."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.declared_teams.document import DeclaredTeam, DeclaredTeams, DeclaredUser
from clusters.declaration.declared import read_file
from clusters.importers import akhq, burrow
from clusters.importers.access import (
    akhq_security,
    akhq_sign_in,
    akhq_users,
    environment,
    kafka_ui_roles,
    kafka_ui_sign_in,
    ldap,
)
from clusters.importers.access.kafka_ui_sign_in import SignIn, inner, value_of
from clusters.importers.access.types import Declared
from clusters.importers.placeholders import resolved
from clusters.importers.types import ImportRefused
from clusters.models import Cluster

SOURCE = "cluster configuration"
LONGEST_NAME = 150  # characters of a user name


def document() -> Mapping[str, Any]:
    """Return the configuration with its variables and placeholders; an empty one where it says nothing of access.

    Raises:
        ImportRefused: the file cannot be read.
    """
    file = read_file(Path(settings.KAFKAADMIN_CONFIG)) if settings.KAFKAADMIN_CONFIG else None
    if burrow.is_burrows(file):
        return {}
    overlaid = file if akhq.is_akhqs(file) else environment.overlaid(file, os.environ)
    value = resolved(overlaid, os.environ)
    return value if isinstance(value, Mapping) else {}


def sign_in_of(present: Mapping[str, Any], remarks: list[str]) -> SignIn:
    name, security = akhqs(present)
    if name:
        ways = akhq_sign_in.sign_in(present, security, f"{name}.security", remarks)
        ldap.add_akhqs(ways, present, remarks)
        return ways
    ways = kafka_ui_sign_in.sign_in(present, remarks)
    if str(value_of(inner(present, "auth"), "type")).upper() == "LDAP":
        ldap.add_kafka_uis(ways, present, remarks)
    return ways


def akhqs(present: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return AKHQ's part about access, and under which name; an empty name for another tool's configuration."""
    name = next((root for root in akhq.ROOTS if root in present), "")
    return name, inner(inner(present, name), "security") if name else {}


def provider_entries(again: bool = False) -> list[dict[str, str]]:
    """Return the providers of the configuration.

    Raises:
        ImproperlyConfigured: it could be read before (``again``), and cannot any more.
    """
    return ways(again).providers


def directory_entries(again: bool = False) -> list[dict[str, Any]]:
    """Return the LDAP directories of the configuration.

    Raises:
        ImproperlyConfigured: it could be read before (``again``), and cannot any more.
    """
    return ways(again).directories


def proxy_headers(again: bool = False) -> dict[str, Any]:
    """Return the headers of a proxy that signs in, and from where they count; nothing where there are none.

    Raises:
        ImproperlyConfigured: the configuration could be read before (``again``), and cannot any more.
    """
    return ways(again).proxy


def ways(again: bool) -> SignIn:
    """Return how one signs in by the configuration; by nothing where it cannot be read, which is said of its clusters.

    Raises:
        ImproperlyConfigured: it could be read before (``again``): those who sign in that way must not be locked out.
    """
    try:
        return sign_in_of(document(), [])
    except ImportRefused as refusal:
        if again:
            raise ImproperlyConfigured(str(refusal)) from refusal
        return SignIn()


def first_admin() -> tuple[str, str] | None:
    """Return the name and password of the one user that kafka-ui's form of its own lets in, who may do everything."""
    try:
        present = document()
    except ImportRefused:
        return None
    user = inner(inner(inner(present, "spring"), "security"), "user")
    name, password = str(value_of(user, "name") or ""), str(value_of(user, "password") or "")
    has_form = str(value_of(inner(present, "auth"), "type")).upper() == "LOGIN_FORM"
    return (name, password) if has_form and name and password and len(name) <= LONGEST_NAME else None


def declared_teams() -> DeclaredTeams:
    """Return the teams of the configuration, on the clusters that it declares."""
    try:
        present = document()
    except ImportRefused as refusal:
        return DeclaredTeams(SOURCE, failures=(str(refusal),))
    remarks: list[str] = []
    name, security = akhqs(present)
    users = akhq_users.users(security, f"{name}.security", remarks) if name else ()
    teams = teams_of(present, users, remarks)
    return DeclaredTeams(SOURCE, teams, remarks=tuple(dict.fromkeys(remarks)), users=users)


def teams_of(present: Mapping[str, Any], users: Iterable[DeclaredUser], remarks: list[str]) -> tuple[DeclaredTeam, ...]:
    ways = sign_in_of(present, remarks)
    own = Cluster.objects.filter(declared=True, declared_by=Cluster.CONFIGURATION)
    declared = Declared(dict(own.values_list("name", "slug")), ways.names, frozenset(ways.without_groups))
    name, security = akhqs(present)
    if name:
        return akhq_security.teams(security, declared, f"{name}.security", remarks, users) if security else ()
    return kafka_ui_roles.teams(inner(present, "rbac") or None, declared, remarks)
