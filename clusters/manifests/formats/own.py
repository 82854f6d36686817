"""Our own layout: topics, users, acls and quotas of a whole cluster. Pure."""

from collections.abc import Mapping
from typing import Any

import yaml

from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Entity, Quotas
from clusters.manifests.formats.values import acl, chosen, configs, listed, mapping, number, rate, text
from clusters.manifests.resources import ACLS, QUOTAS, SECTIONS, TOPICS, USERS, Manifest, NotAManifest, TopicSpec
from clusters.quota_words import LABELS

MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512")
PARTS = ("user", "client_id", "ip")
TOPIC_KEYS = {"partitions", "replication_factor", "configs"}


def read(document: Mapping[Any, Any]) -> Manifest:
    """Return what a document says.

    Raises:
        NotAManifest: it is not written as documented.
    """
    refuse_others(document, SECTIONS, "the file")
    users = mapping(document.get(USERS), USERS)
    topics = mapping(document.get(TOPICS), TOPICS)
    return Manifest(
        topics={text(name, TOPICS): topic(each, f"{TOPICS}.{name}") for name, each in topics.items()},
        acls=frozenset(acls(document.get(ACLS))),
        users={text(name, USERS): mechanisms(each, f"{USERS}.{name}") for name, each in users.items()},
        quotas=dict(quota(each, f"{QUOTAS}[{at}]") for at, each in enumerate(listed(document.get(QUOTAS), QUOTAS))),
        sections=frozenset(section for section in SECTIONS if section in document),
    )


def refuse_others(fields: Mapping[Any, Any], keys: Any, place: str) -> None:
    others = [str(key) for key in fields if key not in keys]
    if others:
        raise NotAManifest(f"{place}: “{others[0][:100]}” is not known; {', '.join(sorted(keys))} are.")


def topic(value: Any, place: str) -> TopicSpec:
    fields = mapping(value, place)
    refuse_others(fields, TOPIC_KEYS, place)
    return TopicSpec(
        number(fields.get("partitions"), f"{place}.partitions"),
        number(fields.get("replication_factor"), f"{place}.replication_factor"),
        configs(fields.get("configs"), f"{place}.configs"),
    )


def mechanisms(value: Any, place: str) -> frozenset[str]:
    fields = mapping(value, place)
    refuse_others(fields, {"mechanisms"}, place)
    names = listed(fields.get("mechanisms"), f"{place}.mechanisms")
    return frozenset(chosen(name, MECHANISMS, f"{place}.mechanisms") for name in names)


def acls(value: Any) -> list[Acl]:
    """Return the ACLs of a list, whose entries may have several operations."""
    result = []
    for at, each in enumerate(listed(value, ACLS)):
        place = f"{ACLS}[{at}]"
        fields = mapping(each, place)
        refuse_others(fields, {*Acl._fields, "operations"}, place)
        operations = listed(fields.get("operations", fields.get("operation")), f"{place}.operations") or [None]
        result += [acl({**fields, "operation": operation}, place) for operation in operations]
    return result


def quota(value: Any, place: str) -> tuple[Entity, Quotas]:
    """Return an entity and its rates; a part that is empty is the default of its kind."""
    fields = mapping(value, place)
    refuse_others(fields, {*PARTS, *LABELS}, place)
    parts = {name: str(fields[name] if fields[name] is not None else "") for name in PARTS if name in fields}
    if not parts:
        raise NotAManifest(f"{place}: user, client_id or ip is expected.")
    return Entity(**parts), {name: rate(fields[name], f"{place}.{name}") for name in LABELS if name in fields}


def written(manifest: Manifest) -> str:
    """Return a manifest as YAML that reads as the same one."""
    document: dict[str, Any] = {}
    if TOPICS in manifest.sections:
        document[TOPICS] = {name: topic_fields(each) for name, each in sorted(manifest.topics.items())}
    if USERS in manifest.sections:
        document[USERS] = {name: {"mechanisms": sorted(each)} for name, each in sorted(manifest.users.items())}
    if ACLS in manifest.sections:
        document[ACLS] = acl_fields(manifest.acls)
    if QUOTAS in manifest.sections:
        document[QUOTAS] = [quota_fields(entity, rates) for entity, rates in manifest.quotas.items()]
    return yaml.safe_dump(document, sort_keys=False, width=120)  # letters beyond ASCII escaped: U+0085 would be lost


def topic_fields(spec: TopicSpec) -> dict[str, Any]:
    fields: dict[str, Any] = {"partitions": spec.partitions, "replication_factor": spec.replication_factor}
    return {**fields, "configs": dict(sorted(spec.configs.items()))} if spec.configs else fields


def acl_fields(entries: frozenset[Acl]) -> list[dict[str, Any]]:
    """Return ACLs that differ in nothing but the operation as one entry; what is the default is left out."""
    operations: dict[tuple[str, ...], list[str]] = {}
    for each in sorted(entries):
        key = (each.principal, each.resource_type, each.resource_name, each.pattern_type, each.permission, each.host)
        operations.setdefault(key, []).append(each.operation)
    rows = []
    for (principal, kind, name, pattern, permission, host), names in operations.items():
        row: dict[str, Any] = {"principal": principal, "resource_type": kind, "resource_name": name}
        row |= {"pattern_type": pattern} if pattern != "LITERAL" else {}
        row |= {"permission": permission} if permission != "ALLOW" else {}
        row |= {"host": host} if host != "*" else {}
        rows.append({**row, "operations": names})
    return rows


def quota_fields(entity: Entity, rates: Quotas) -> dict[str, Any]:
    parts = {name: getattr(entity, name) for name in PARTS if getattr(entity, name) is not None}
    return {**parts, **{name: int(value) if value == int(value) else value for name, value in rates.items()}}
