"""kafka-ui's ``rbac``: each role becomes a team, each of its lines a grant or a remark with its path. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from accounts.declared_teams.document import LONGEST_TEAM, DeclaredSubject, DeclaredTeam
from accounts.declared_teams.subjects import ANY_CASE, EVERYBODY_ELSE, GROUP, PATTERN, USER
from clusters.importers.access.types import SEEN, Declared, Grants, globs_for, names_but_all
from clusters.importers.shapes import relaxed
from core.java_patterns import is_same_in_java
from core.patterns import EVERYTHING

DEFAULT_TEAM = "default role"
GLOBAL = "modify_global_compatibility"
CONNECT: dict[str, tuple[str, ...]] = {
    "view": ("connect.view",), "edit": ("connect.configure",), "create": ("connect.create",),
    "operate": ("connect.operate",), "delete": ("connect.delete",), "reset_offsets": ("connect.offsets",),
}  # fmt: skip
# Our actions for each of kafka-ui's; nothing for what kafkaadmin does not have, or what would grant more.
NAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "topic": {
        "view": ("topics.view",), "create": ("topics.create",), "edit": ("topics.configure", "topics.partitions"),
        "delete": ("topics.delete",), "messages_read": ("messages.view",), "messages_produce": ("messages.produce",),
        "messages_delete": ("messages.delete",), "analysis_view": (), "analysis_run": (),
    },
    "consumer": {
        "view": ("groups.view", "lag.view"), "delete": ("groups.delete",), "reset_offsets": ("groups.reset",),
    },
    "schema": {
        "view": ("schemas.view",), "create": ("schemas.register",), "edit": ("schemas.configure",),
        "delete": ("schemas.delete",), GLOBAL: (),
    },
    "connect": {**CONNECT, "restart": CONNECT["operate"]},
    "connector": CONNECT,
}  # fmt: skip
UNNAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "clusterconfig": {"view": ("brokers.view", "metrics.view"), "edit": ("brokers.configure",)},
    "acl": {"view": ("acls.view",), "edit": ("acls.create", "acls.delete")},
    "client_quotas": {"view": ("quotas.view",), "edit": ("quotas.manage",)},
    "audit": {"view": ("audit.view",)},
    "applicationconfig": {"view": (), "edit": ()},
    "ksql": {"execute": ()},
}
RESOURCES = NAMED | UNNAMED
WITHOUT_VIEW = {GLOBAL, "execute"}  # every other action includes view
SUBJECTS = {
    "oauth": {"user": USER, "role": GROUP},
    "oauth_google": {"user": USER, "domain": GROUP},
    "oauth_github": {"user": USER, "organization": GROUP, "team": GROUP},
    "oauth_cognito": {"user": USER, "group": GROUP},
    "ldap": {"user": USER, "group": GROUP},
    "ldap_ad": {"user": USER, "group": GROUP},
}


def teams(rbac: object, declared: Declared, remarks: list[str]) -> tuple[DeclaredTeam, ...]:
    """Return a team for each role, and one for the default role; what is not used gets a remark."""
    if not isinstance(rbac, Mapping):
        return ()
    settings = {relaxed(key): value for key, value in rbac.items()}
    remarks += [f"rbac.{key}: not used by kafkaadmin" for key in rbac if relaxed(key) not in {"roles", "defaultrole"}]
    roles = indexed(settings.get("roles"))
    by_name: dict[str, DeclaredTeam] = {}
    for number, entry in roles:
        team = role_team(entry, f"rbac.roles[{number}]", declared, remarks)
        if team and (before := by_name.get(team.name)):  # kafka-ui knows roles by their names, too
            team = joined(before, team)
        if team:
            by_name[team.name] = team
    if default := default_team(settings.get("defaultrole"), declared, remarks, by_name.values()):
        by_name.setdefault(default.name, default)
    return tuple(by_name.values())


def indexed(entries: object) -> list[tuple[int, Any]]:
    """Return a list's entries with their numbers; those of variables are a mapping from numbers."""
    if isinstance(entries, list):
        return list(enumerate(entries))
    return sorted((int(number), entry) for number, entry in entries.items()) if isinstance(entries, Mapping) else []


def joined(first: DeclaredTeam, second: DeclaredTeam) -> DeclaredTeam:
    subjects = tuple(dict.fromkeys(first.subjects + second.subjects))
    return DeclaredTeam(first.name, subjects, tuple(dict.fromkeys(first.allowances + second.allowances)), first.path)


def role_team(entry: object, path: str, declared: Declared, remarks: list[str]) -> DeclaredTeam | None:
    if not isinstance(entry, Mapping):
        remarks.append(f"{path}: not a mapping; not granted")
        return None
    fields = {relaxed(key): value for key, value in entry.items()}
    expected = {"name", "clusters", "subjects", "permissions"}
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if relaxed(key) not in expected]
    name = str(fields.get("name") or "").strip()
    if not name or len(name) > LONGEST_TEAM or not name.isprintable():
        remarks.append(f"{path}.name: a team needs a name of up to {LONGEST_TEAM} characters; not granted")
        return None
    slugs = slugs_of(fields.get("clusters"), f"{path}.clusters", declared, remarks)
    subjects = [
        subject
        for number, value in indexed(fields.get("subjects"))
        for subject in subjects_of(value, f"{path}.subjects[{number}]", declared, remarks)
    ]
    allowances = granted(fields.get("permissions"), f"{path}.permissions", slugs, remarks)
    return DeclaredTeam(name, tuple(dict.fromkeys(subjects)), allowances.allowances(), path)


def slugs_of(clusters: object, path: str, declared: Declared, remarks: list[str]) -> list[str]:
    slugs = []
    for number, name in indexed(clusters):
        slug = declared.slug(name)
        slugs += [slug] if slug else []
        if not slug:
            remarks.append(f"{path}[{number}]: there is no cluster {name} in this configuration; not granted")
    return slugs


def subjects_of(entry: object, path: str, declared: Declared, remarks: list[str]) -> list[DeclaredSubject]:
    """Return whom a subject means, at each provider of its kind that the document has."""
    fields = {relaxed(key): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}
    remarks += [
        f"{path}.{key}: not used by kafkaadmin" for key in fields if key not in {"provider", "type", "value", "regex"}
    ]
    provider, value = str(fields.get("provider") or "").lower(), str(fields.get("value") or "")
    kind = SUBJECTS.get(provider, {}).get(str(fields.get("type") or ""))
    is_regex = str(fields.get("regex")).lower() == "true"
    if kind is None or not value or len(value) > 255 or not value.isprintable():
        remarks.append(f"{path}: {provider} has no subject like this; nobody gets the role by it")
    elif is_regex and not is_same_in_java(value):
        remarks.append(f"{path}.value: the expression is not supported; nobody gets the role by it")
    elif not declared.providers.get(provider):
        remarks.append(f"{path}.provider: no provider of the kind {provider} is configured; nobody gets the role by it")
    else:
        match, names = PATTERN if is_regex else ANY_CASE, declared.providers[provider]
        silent = [name for name in names if kind == GROUP and name in declared.without_groups]
        remarks += [f"{path}: {name} has no roles-field; nobody gets the role by it" for name in silent]
        return [DeclaredSubject(kind, value, name, match) for name in names if name not in silent]
    return []


def granted(permissions: object, path: str, slugs: Collection[str], remarks: list[str]) -> Grants:
    """Return the grants of a role's permissions, on the clusters with these slugs."""
    grants = Grants()
    grants.add(slugs, "*", SEEN)
    entries = [(f"{path}[{number}]", entry) for number, entry in indexed(permissions)]
    is_global = any(changes_global_level(entry) for _, entry in entries)
    for at, entry in entries:
        globs, actions = read_permission(entry, at, remarks, is_global=is_global)
        configuring = {action for action in actions if action == "schemas.configure"}
        grants.add(slugs, globs, set(actions) - configuring)
        grants.add(slugs, globs if is_global else names_but_all(globs), configuring)
    return grants


def changes_global_level(entry: object) -> bool:
    """Tell whether a permission covers the compatibility of all subjects at once, which only one without value does."""
    fields = {relaxed(key): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}
    actions = names_in(fields.get("actions"))
    is_schema = str(fields.get("resource") or "").lower() == "schema"
    return is_schema and fields.get("value") is None and bool({"all", GLOBAL} & set(actions))


def names_in(actions: object) -> list[str]:
    values = actions.split(",") if isinstance(actions, str) else [value for _, value in indexed(actions)]
    return [str(value).strip().lower() for value in values]


def read_permission(
    entry: object, path: str, remarks: list[str], *, is_global: bool = False
) -> tuple[Iterable[str], set[str]]:
    """Return the globs and actions of a permission; nothing, with a remark, where it granted nothing there, or here."""
    fields = {relaxed(key): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}
    remarks += [
        f"{path}.{key}: not used by kafkaadmin" for key in fields if key not in {"resource", "value", "actions"}
    ]
    resource, value = str(fields.get("resource") or "").lower(), fields.get("value")
    if resource not in RESOURCES:
        remarks.append(f"{path}.resource: {resource or 'nothing'} is unknown; not granted")
        return (), set()
    actions = actions_of(resource, names_in(fields.get("actions")), f"{path}.actions", remarks)
    if resource in UNNAMED:
        if value is not None:
            remarks.append(f"{path}.value: with a value, {resource} covers nothing in kafka-ui; not granted")
            return (), set()
        return ("*",), actions
    if value is None:
        if not (resource == "schema" and is_global):
            remarks.append(f"{path}: without a value, {resource} covers nothing in kafka-ui; not granted")
        return (), set()
    globs = globs_for(value, f"{path}.value", remarks)
    if resource in ("connect", "connector"):
        globs = names_of_connectors(globs, resource, f"{path}.value", remarks)
    return globs, actions


def names_of_connectors(globs: Iterable[str], resource: str, path: str, remarks: list[str]) -> tuple[str, ...]:
    """Return what our grants on connectors name, whatever their Connect cluster, of what kafka-ui's name.

    There, ``connect`` covers all connectors of a Connect cluster, and ``connector`` those by ``connect/connector``.
    """
    names: list[str] = []
    for glob in globs:
        if glob == EVERYTHING:
            names.append(glob)
        elif resource == "connector" and glob.startswith("*"):
            names += [glob, *([glob.removeprefix("*/")] if glob.startswith("*/") else [])]
        else:
            remarks.append(f"{path}: grants are on connectors of all Connect clusters, not of {glob}; not granted")
    return tuple(filter(None, names))


def actions_of(resource: str, names: list[str], path: str, remarks: list[str]) -> set[str]:
    """Return our actions for kafka-ui's; each that has none gets a remark."""
    by_name, result = RESOURCES[resource], set()
    if not names:
        remarks.append(f"{path}: no action; not granted")
    for name in dict.fromkeys(by_name if "all" in names else names):
        if name not in by_name:
            remarks.append(f"{path}: {resource} has no action {name}; not granted")
            continue
        if not by_name[name]:
            remarks.append(f"{path}: {resource} {name} has no counterpart in kafkaadmin; not granted")
        result |= {*by_name[name], *(() if name in WITHOUT_VIEW else by_name.get("view", ()))}
    return result


def default_team(
    entry: object, declared: Declared, remarks: list[str], roles: Iterable[DeclaredTeam]
) -> DeclaredTeam | None:
    """Return the team of everybody at the document's providers who is in no other."""
    if not isinstance(entry, Mapping):
        return None
    path, slugs = "rbac.default-role", list(declared.slugs.values())
    covered = [{allowance.clusters for allowance in role.allowances} for role in roles]
    if any(set(slugs) - clusters for clusters in covered):
        remarks.append(f"{path}: only for users without any other role, also where that role is for other clusters")
    names = [name for provider_names in declared.providers.values() for name in provider_names]
    subjects = tuple(DeclaredSubject(EVERYBODY_ELSE, provider=name) for name in dict.fromkeys(names))
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if relaxed(key) != "permissions"]
    permissions = next((value for key, value in entry.items() if relaxed(key) == "permissions"), None)
    return DeclaredTeam(
        DEFAULT_TEAM, subjects, granted(permissions, f"{path}.permissions", slugs, remarks).allowances(), path
    )
