"""AKHQ's ``akhq.security``: its groups become teams, each other line a grant or a remark with its path. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.declared_teams.document import LONGEST_TEAM, DeclaredSubject, DeclaredTeam, DeclaredUser
from accounts.declared_teams.subjects import ANY_CASE, GROUP, PATTERN, USER
from clusters.importers.access.akhq_sign_in import LDAP, PROXY
from clusters.importers.access.kafka_ui_roles import indexed
from clusters.importers.access.kafka_ui_sign_in import inner, value_of
from clusters.importers.access.types import SEEN, Declared, Grants, globs_for, names_but_all
from clusters.importers.shapes import relaxed
from core.java_patterns import is_same_in_java, matches_in_java

# Our actions by AKHQ's resources and actions; nothing for what kafkaadmin does not have, or what would grant more.
ACTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "TOPIC": {
        "READ": ("topics.view",), "CREATE": ("topics.create",), "UPDATE": ("topics.partitions",),
        "DELETE": ("topics.delete",), "READ_CONFIG": (), "ALTER_CONFIG": ("topics.configure",),
    },
    "TOPIC_DATA": {
        "READ": ("messages.view",), "CREATE": ("messages.produce",), "UPDATE": (), "DELETE": ("messages.delete",),
    },
    "CONSUMER_GROUP": {
        "READ": ("groups.view", "lag.view"), "DELETE": ("groups.delete",), "UPDATE_OFFSET": ("groups.reset",),
        "DELETE_OFFSET": (),
    },
    "SCHEMA": {
        "READ": ("schemas.view",), "CREATE": ("schemas.register",), "UPDATE": ("schemas.register", "schemas.configure"),
        "DELETE": ("schemas.delete",), "DELETE_VERSION": (),
    },
    "NODE": {"READ": (), "READ_CONFIG": ("brokers.view",), "ALTER_CONFIG": ("brokers.configure",)},
    "ACL": {"READ": ("acls.view",)},
    "CONNECT_CLUSTER": {"READ": ()},
    "CONNECTOR": {
        "READ": ("connect.view",), "CREATE": ("connect.create",), "UPDATE": ("connect.configure",),
        "DELETE": ("connect.delete",), "UPDATE_STATE": ("connect.operate",),
    },
    "KSQLDB": {"READ": (), "EXECUTE": ()},
}  # fmt: skip
WHY = {
    ("TOPIC", "READ_CONFIG"): "configs are shown to whoever has topics.view",
    ("NODE", "READ"): "brokers are shown with their configs: READ_CONFIG is needed",
    ("CONNECT_CLUSTER", "READ"): "plugins are shown to whoever may create connectors",
    ("SCHEMA", "DELETE_VERSION"): "versions are deleted by whoever may delete the subject",
}
EVERY = ["READ", "CREATE", "UPDATE", "DELETE"]
DEFAULT_ROLES: dict[str, Any] = {
    "reader": [{"resources": list(ACTIONS), "actions": ["READ"]},
               {"resources": ["TOPIC", "NODE"], "actions": ["READ_CONFIG"]}],
    "topic-admin": [{"resources": ["TOPIC", "TOPIC_DATA"], "actions": EVERY},
                    {"resources": ["TOPIC"], "actions": ["READ_CONFIG", "ALTER_CONFIG"]}],
    "topic-data-admin": [{"resources": ["TOPIC_DATA"], "actions": ["READ", "CREATE", "DELETE"]},
                         {"resources": ["TOPIC"], "actions": ["READ"]}],
    "consumer-group-admin": [{"resources": ["CONSUMER_GROUP"], "actions": list(ACTIONS["CONSUMER_GROUP"])}],
    "connect-cluster-reader": [{"resources": ["CONNECT_CLUSTER"], "actions": ["READ"]}],
    "connector-admin": [{"resources": ["CONNECTOR"], "actions": ["READ", "CREATE", "DELETE", "UPDATE_STATE"]}],
    "schema-admin": [{"resources": ["SCHEMA"], "actions": list(ACTIONS["SCHEMA"])}],
    "node-admin": [{"resources": ["NODE"], "actions": list(ACTIONS["NODE"])}],
    "acl-reader": [{"resources": ["ACL"], "actions": ["READ"]}],
    "ksqldb-admin": [{"resources": ["KSQLDB"], "actions": ["READ", "EXECUTE"]}],
}  # fmt: skip
DEFAULT_GROUPS: dict[str, Any] = {
    "reader": [{"role": "reader"}],
    "admin": [{"role": name} for name in DEFAULT_ROLES if name != "reader"],
    "no-roles": [],
}
KEYS = {
    "defaultgroup", "roles", "groups", "basicauth", "ldap", "oidc", "oauth2", "oauth", "headerauth", "datamasking",
}  # fmt: skip


def teams(
    security: Mapping[str, Any],
    declared: Declared,
    path: str,
    remarks: list[str],
    own_users: Iterable[DeclaredUser] = (),
) -> tuple[DeclaredTeam, ...]:
    """Return a team for each group that somebody is in, or that the document defines itself."""
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in security if relaxed(key) not in KEYS]
    own_roles, own_groups = inner(security, "roles"), inner(security, "groups")
    roles, groups = {**DEFAULT_ROLES, **own_roles}, {**DEFAULT_GROUPS, **own_groups}
    members = Members(declared, remarks)
    collect(security, path, members)
    for user in own_users:
        members.add_local(user)
    result = []
    for name, bindings in groups.items():
        subjects = tuple(dict.fromkeys(members.of.pop(str(name), ())))
        if (subjects or name in own_groups or name in members.local) and len(str(name)) <= LONGEST_TEAM:
            at = f"{path}.groups.{name}"
            allowances = granted(bindings, roles, declared, at, remarks if name in own_groups else [])
            result.append(DeclaredTeam(str(name), subjects, allowances.allowances(), at))
    remarks += [f"{path}: there is no group {name}; it grants nothing" for name in members.of]
    return tuple(result)


class Members:
    """Who is in which of AKHQ's groups, by the mappings of its providers."""

    def __init__(self, declared: Declared, remarks: list[str]) -> None:
        self.declared, self.remarks = declared, remarks
        self.of: dict[str, list[DeclaredSubject]] = {}
        self.local: set[str] = set()  # groups of users with passwords of their own

    def add(self, groups: Iterable[Any], subject: DeclaredSubject) -> None:
        for _, group in indexed(groups):
            self.of.setdefault(str(group), []).append(subject)

    def add_local(self, user: DeclaredUser) -> None:
        self.local |= set(user.teams)
        for team in user.teams:
            self.of.setdefault(team, [])

    def add_mappings(self, mapping: Mapping[str, Any], provider: str, path: str) -> None:
        """Add what a provider's mapping says: groups and users in any case, and a group for everybody there."""
        if not mapping:
            return
        if not self.declared.providers.get(provider):
            self.remarks.append(f"{path}: this provider is not configured; nobody gets a group by it")
            return
        for name in self.declared.providers[provider]:
            self.add_at(name, mapping, path)

    def add_at(self, name: str, mapping: Mapping[str, Any], path: str) -> None:
        for key, field, kind in (("groups", "name", GROUP), ("users", "username", USER)):
            for number, entry in indexed(value_of(mapping, key)):
                value = str(entry.get(field) or "") if isinstance(entry, Mapping) else ""
                if not 0 < len(value) <= 255 or not value.isprintable():
                    self.remarks.append(f"{path}.{key}[{number}]: it has no {field}")
                    continue
                self.add(entry.get("groups") or (), DeclaredSubject(kind, value, name, ANY_CASE))
        if default := value_of(mapping, "defaultgroup"):
            self.add([default], DeclaredSubject(USER, ".*", name, PATTERN))


def collect(security: Mapping[str, Any], path: str, members: Members) -> None:
    """Collect who is in which group from each way of signing in."""
    members.add_mappings(inner(security, "ldap"), LDAP, f"{path}.ldap")
    members.add_mappings(inner(security, "headerauth"), PROXY, f"{path}.header-auth")
    for key in ("oidc", "oauth2"):
        for name, mapping in inner(inner(security, key), "providers").items():
            if isinstance(mapping, Mapping):
                members.add_mappings(mapping, str(name), f"{path}.{key}.providers.{name}")
    default = value_of(security, "defaultgroup")
    if default:
        providers = [provider for of_kind in members.declared.providers.values() for provider in of_kind]
        for name in dict.fromkeys(providers):
            members.add([default], DeclaredSubject(USER, ".*", name, PATTERN))
        members.remarks.append(f"{path}.default-group: only for users who signed in by a provider")
    else:
        members.remarks.append(f"{path}.default-group: AKHQ's own default, admin for everybody, is not taken over")


def granted(bindings: object, roles: Mapping[str, Any], declared: Declared, path: str, remarks: list[str]) -> Grants:
    """Return the grants of a group's bindings: a role, on resources and clusters by expressions."""
    grants = Grants()
    if isinstance(bindings, Mapping) and value_of(bindings, "roles") is not None:
        remarks.append(f"{path}: the format before AKHQ 0.25 is not read; not granted")
        return grants
    for number, binding in indexed(bindings):
        at, fields = f"{path}[{number}]", binding if isinstance(binding, Mapping) else {}
        role = str(value_of(fields, "role") or "")
        if role not in roles:
            remarks.append(f"{at}.role: there is no role {role}; not granted")
            continue
        slugs = slugs_of(value_of(fields, "clusters") or [".*"], f"{at}.clusters", declared, remarks)
        patterns = indexed(value_of(fields, "patterns") or [".*"])
        globs = [glob for n, text in patterns for glob in globs_for(text, f"{at}.patterns[{n}]", remarks)]
        grants.add(slugs, "*", SEEN)
        add_role(grants, roles[role], slugs, globs, f"{at}.role {role}", remarks)
    return grants


def slugs_of(expressions: object, path: str, declared: Declared, remarks: list[str]) -> list[str]:
    slugs = []
    for number, expression in indexed(expressions):
        if not is_same_in_java(str(expression)):
            remarks.append(f"{path}[{number}]: the expression is not supported; not granted")
            continue
        fitting = [slug for name, slug in declared.slugs.items() if matches_in_java(str(expression), name)]
        slugs += fitting
        if not fitting:
            remarks.append(f"{path}[{number}]: no cluster of this configuration matches {expression}; not granted")
    return list(dict.fromkeys(slugs))


def add_role(grants: Grants, role: object, slugs: list[str], globs: list[str], path: str, remarks: list[str]) -> None:
    """Add what a role allows; brokers have no names that patterns could be about."""
    for _, entry in indexed(role):
        fields = entry if isinstance(entry, Mapping) else {}
        for _, resource in indexed(value_of(fields, "resources")):
            known_actions = ACTIONS.get(str(resource).upper(), {})
            for _, action in indexed(value_of(fields, "actions")):
                key = (str(resource).upper(), str(action).upper())
                if key[1] in known_actions and not known_actions[key[1]]:
                    why = WHY.get(key, "it has no counterpart in kafkaadmin")
                    remarks.append(f"{path}: {key[0]} {key[1]}: {why}; not granted")
                for own in known_actions.get(key[1], ()):
                    is_wide = key[0] == "NODE"
                    names = names_but_all(globs) if own == "schemas.configure" else globs
                    grants.add(slugs, ["*"] if is_wide else names, [own])
