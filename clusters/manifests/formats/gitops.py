"""kafka-gitops' desired state: topics, and services and users from which ACLs follow. Pure.

https://devshawn.github.io/kafka-gitops/#/specification
"""

from collections.abc import Mapping
from typing import Any

from clusters.acls.templates import allow
from clusters.gateway.access.acls import Acl
from clusters.manifests.formats.values import acl, configs, listed, mapping, number, text
from clusters.manifests.resources import ACLS, TOPICS, Manifest, NotAManifest, TopicSpec

KEYS = frozenset({"settings", "topics", "services", "users", "customServiceAcls", "customUserAcls"})
OWN_KEYS = KEYS - {"topics", "users"}  # those that only this layout has
ROLES = {
    "writer": (("WRITE", "TOPIC"),),
    "reader": (("READ", "TOPIC"), ("READ", "GROUP")),
}


def is_state(document: Mapping[Any, Any]) -> bool:
    """Tell it from our own layout, which has topics and users too."""
    is_named_alike = has_key(document, "users", "principal") or has_key(document, "topics", "replication")
    return is_named_alike or bool(OWN_KEYS & document.keys())


def has_key(document: Mapping[Any, Any], section: str, key: str) -> bool:
    """Tell whether one of the things in a section has a key."""
    things = document.get(section)
    return isinstance(things, dict) and any(isinstance(each, dict) and key in each for each in things.values())


def read(document: Mapping[Any, Any]) -> Manifest:
    """Return what a state file says.

    Raises:
        NotAManifest: it is not written as documented.
    """
    remarks = [f"{key}: not read." for key in document if key not in KEYS]
    settings = mapping(mapping(document.get("settings"), "settings").get("topics"), "settings.topics")
    defaults = mapping(settings.get("defaults"), "settings.topics.defaults")
    spared = mapping(settings.get("blacklist"), "settings.topics.blacklist")
    topics = {
        text(name, TOPICS): topic(mapping(each, str(name)), defaults, f"topics.{name}")
        for name, each in mapping(document.get("topics"), "topics").items()
    }
    acls, role_remarks = acls_of(document)
    return Manifest(
        topics=topics,
        acls=frozenset(acls),
        sections=frozenset({TOPICS} if topics else ()) | ({ACLS} if acls else set()),
        spared=tuple(map(str, listed(spared.get("prefixed"), "settings.topics.blacklist.prefixed"))),
        remarks=(*remarks, *role_remarks),
    )


def acls_of(document: Mapping[Any, Any]) -> tuple[set[Acl], list[str]]:
    """Return the ACLs that follow from services, users and those written out; and remarks."""
    services, users = mapping(document.get("services"), "services"), mapping(document.get("users"), "users")
    principals = {
        str(name): text(mapping(each, str(name)).get("principal"), f"{name}.principal")
        for name, each in [*services.items(), *users.items()]
    }
    acls: set[Acl] = set()
    remarks: list[str] = []
    for name, each in services.items():
        acls |= service_acls(str(name), each, principals[str(name)])
    for name, each in users.items():
        of_roles, remarks_on_roles = role_acls(str(name), each, principals[str(name)])
        acls |= of_roles
        remarks += remarks_on_roles
    for key in ("customServiceAcls", "customUserAcls"):
        acls |= custom_acls(mapping(document.get(key), key), key, principals)
    return acls, remarks


def topic(fields: Mapping[Any, Any], defaults: Mapping[Any, Any], place: str) -> TopicSpec:
    return TopicSpec(
        number(fields.get("partitions"), f"{place}.partitions"),
        number(fields.get("replication", defaults.get("replication")), f"{place}.replication"),
        configs(fields.get("configs"), f"{place}.configs"),
    )


def service_acls(name: str, service: Mapping[Any, Any], principal: str) -> set[Acl]:
    """Return the ACLs of a service, by its type."""
    kind, place = service.get("type"), f"services.{name}"
    acls = on_topics(principal, "WRITE", service.get("produces"), f"{place}.produces")
    acls |= on_topics(principal, "READ", service.get("consumes"), f"{place}.consumes")
    if kind == "application":
        return acls | ({reading_group(principal, service.get("group-id", name))} if service.get("consumes") else set())
    if kind == "kafka-streams":
        application = text(service.get("application-id", name), place)
        return acls | internal_topics(principal, application)
    if kind == "kafka-connect":
        return acls | connect_acls(name, service, principal)
    raise NotAManifest(f"{place}.type: application, kafka-connect or kafka-streams is expected.")


def internal_topics(principal: str, application: str) -> set[Acl]:
    """Return what Kafka Streams needs for the topics that it makes, and its group."""
    return {
        allow(principal, "*", "ALL", "TOPIC", application, "PREFIXED"),
        allow(principal, "*", "READ", "GROUP", application, "PREFIXED"),
    }


def connect_acls(name: str, service: Mapping[Any, Any], principal: str) -> set[Acl]:
    group = text(service.get("group-id", name), f"services.{name}.group-id")
    storage = mapping(service.get("storage-topics"), f"services.{name}.storage-topics")
    topics = [
        storage.get("config", f"connect-configs-{name}"),
        storage.get("offset", f"connect-offsets-{name}"),
        storage.get("status", f"connect-status-{name}"),
    ]
    acls = {acl for operation in ("READ", "WRITE") for acl in on_topics(principal, operation, topics, name)}
    acls.add(reading_group(principal, group))
    for connector, each in mapping(service.get("connectors"), f"services.{name}.connectors").items():
        place = f"services.{name}.connectors.{connector}"
        fields = mapping(each, place)
        acls |= on_topics(principal, "WRITE", fields.get("produces"), place)
        acls |= on_topics(principal, "READ", fields.get("consumes"), place)
        acls |= {reading_group(principal, f"connect-{connector}")} if fields.get("consumes") else set()
    return acls


def on_topics(principal: str, operation: str, names: Any, place: str) -> set[Acl]:
    return {allow(principal, "*", operation, "TOPIC", text(name, place), "LITERAL") for name in listed(names, place)}


def reading_group(principal: str, group: Any) -> Acl:
    return allow(principal, "*", "READ", "GROUP", text(group, "group-id"), "LITERAL")


def role_acls(name: str, user: Mapping[Any, Any], principal: str) -> tuple[set[Acl], list[str]]:
    """Return the ACLs of a user's roles, and a remark on each role that stands for more than reading or writing."""
    acls: set[Acl] = set()
    remarks = []
    for role in listed(user.get("roles"), f"users.{name}.roles"):
        if str(role) not in ROLES:
            remarks.append(f"users.{name}.roles: {role} is not read; list its ACLs in customUserAcls.")
        acls |= {allow(principal, "*", operation, kind, "*", "LITERAL") for operation, kind in ROLES.get(str(role), ())}
    return acls, remarks


def custom_acls(owners: Mapping[Any, Any], key: str, principals: Mapping[str, str]) -> set[Acl]:
    acls = set()
    for owner, entries in owners.items():
        for name, each in mapping(entries, f"{key}.{owner}").items():
            place = f"{key}.{owner}.{name}"
            fields = mapping(each, place)
            acls.add(
                acl(
                    {
                        "principal": fields.get("principal", principals.get(str(owner))),
                        "host": fields.get("host"),
                        "operation": fields.get("operation"),
                        "permission": fields.get("permission"),
                        "resource_type": fields.get("type"),
                        "resource_name": fields.get("name"),
                        "pattern_type": fields.get("pattern"),
                    },
                    place,
                )
            )
    return acls
