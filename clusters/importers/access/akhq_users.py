"""AKHQ's ``basic-auth``: users with their hashed passwords and groups, or a remark with its path. Pure."""

from collections.abc import Mapping
from typing import Any

from accounts.declared_teams.document import DeclaredUser
from accounts.declared_teams.hashed_passwords import SHA256, objection_to
from clusters.importers.access.kafka_ui_roles import indexed
from clusters.importers.access.kafka_ui_sign_in import value_of
from clusters.importers.shapes import relaxed

KEYS = {"username", "password", "passwordhash", "groups"}
LONGEST = 150  # characters of a user name


def users(security: Mapping[str, Any], path: str, remarks: list[str]) -> tuple[DeclaredUser, ...]:
    """Return the users whose passwords can be verified. Of two with one name, AKHQ takes the first."""
    by_name: dict[str, DeclaredUser] = {}
    for number, entry in indexed(value_of(security, "basicauth")):
        at, fields = f"{path}.basic-auth[{number}]", entry if isinstance(entry, Mapping) else {}
        remarks += [f"{at}.{key}: not used by kafkaadmin" for key in fields if relaxed(key) not in KEYS]
        name = str(value_of(fields, "username") or "")
        algorithm = str(value_of(fields, "passwordhash") or SHA256).upper()
        digest = str(value_of(fields, "password") or "")
        if not 0 < len(name) <= LONGEST or not name.isprintable() or name != name.strip():
            remarks.append(f"{at}.username: it is no name of a user; nobody can sign in by it")
        elif name in by_name:
            remarks.append(f"{at}: another user is called {name}, too; AKHQ takes the first")
        elif objection := objection_to(algorithm, digest):
            remarks.append(f"{at}: {objection}; add {name} by `kafkaadmin people add`")
        else:
            teams = tuple(dict.fromkeys(str(group) for _, group in indexed(value_of(fields, "groups"))))
            by_name[name] = DeclaredUser(name, algorithm, digest, teams, at)
    return tuple(by_name.values())
