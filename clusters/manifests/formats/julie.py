"""JulieOps' topology: projects with topics, and consumers and producers from which ACLs follow. Pure.

https://github.com/kafka-ops/julie, docs/the-descriptor-files.rst
"""

from collections.abc import Iterable, Mapping
from typing import Any

from clusters.acls.templates import CLUSTER_NAME, allow
from clusters.gateway.access.acls import Acl
from clusters.manifests.formats.gitops import internal_topics, on_topics, reading_group
from clusters.manifests.formats.values import configs, listed, mapping, number, text
from clusters.manifests.resources import ACLS, TOPICS, Manifest, TopicSpec

NOT_IN_NAMES = frozenset({"projects", "platform", "metadata", "special_topics"})
PARTITIONS, REPLICATION = "num.partitions", "replication.factor"
READ_KEYS = frozenset({"name", "consumers", "producers", "streams", "connectors", "topics"})


def is_topology(document: Mapping[Any, Any]) -> bool:
    return "context" in document and "projects" in document


def read(document: Mapping[Any, Any]) -> Manifest:
    """Return what a topology says.

    Raises:
        NotAManifest: it is not written as documented.
    """
    topics: dict[str, TopicSpec] = {}
    acls: set[Acl] = set()
    remarks = [f"{key}: not read." for key in ("platform", "special_topics") if key in document]
    above = [text(value, str(key)) for key, value in document.items() if key not in NOT_IN_NAMES]
    for at, each in enumerate(listed(document.get("projects"), "projects")):
        place = f"projects[{at}]"
        project = mapping(each, place)
        prefix = ".".join([*above, text(project.get("name"), f"{place}.name")])
        remarks += [f"{place}.{key}: not read." for key in project if key not in READ_KEYS]
        acls |= project_acls(project, prefix, place)
        for number_of_topic, each_topic in enumerate(listed(project.get("topics"), f"{place}.topics")):
            where = f"{place}.topics[{number_of_topic}]"
            fields = mapping(each_topic, where)
            name = topic_name(fields, prefix, where)
            topics[name] = topic(fields, where)
            acls |= readers_and_writers(fields, name, "LITERAL", where)
            remarks += [f"{where}.{key}: not read." for key in ("plan", "schemas") if key in fields]
    sections = frozenset({TOPICS} if topics else ()) | ({ACLS} if acls else set())
    return Manifest(topics, frozenset(acls), sections=sections, remarks=tuple(remarks))


def topic_name(fields: Mapping[Any, Any], prefix: str, place: str) -> str:
    parts = [prefix, text(fields.get("name"), f"{place}.name")]
    return ".".join([*parts, text(fields["dataType"], place)] if fields.get("dataType") else parts)


def topic(fields: Mapping[Any, Any], place: str) -> TopicSpec:
    values = configs(fields.get("config"), f"{place}.config")
    return TopicSpec(
        number(values.pop(PARTITIONS, None), f"{place}.config.{PARTITIONS}"),
        number(values.pop(REPLICATION, None), f"{place}.config.{REPLICATION}"),
        values,
    )


def project_acls(project: Mapping[Any, Any], prefix: str, place: str) -> set[Acl]:
    """Return the ACLs of a project's clients, on all topics with its prefix or on those that they name."""
    acls = readers_and_writers(project, prefix, "PREFIXED", place)
    for each in entries(project, "streams", place):
        principal = text(each.get("principal"), f"{place}.streams.principal")
        acls |= read_and_written(principal, each, place)
        acls |= internal_topics(principal, text(each.get("applicationId", prefix), place))
    for each in connectors(project, place):
        principal = text(each.get("principal"), f"{place}.connectors.principal")
        storage = [each.get(f"{kind}_topic", f"connect-{kind}") for kind in ("status", "offset", "configs")]
        acls |= {acl for operation in ("READ", "WRITE") for acl in on_topics(principal, operation, storage, place)}
        acls |= read_and_written(principal, each, place)
        acls.add(reading_group(principal, each.get("group", "connect-cluster")))
    return acls


def connectors(project: Mapping[Any, Any], place: str) -> list[dict[Any, Any]]:
    """Return the clients of connectors: a list, or, beside their configurations, under ``access_control``."""
    value = project.get("connectors")
    return entries(value, "access_control", place) if isinstance(value, dict) else entries(project, "connectors", place)


def entries(fields: Mapping[Any, Any], key: str, place: str) -> list[dict[Any, Any]]:
    return [mapping(each, f"{place}.{key}") for each in listed(fields.get(key), f"{place}.{key}")]


def read_and_written(principal: str, client: Mapping[Any, Any], place: str) -> set[Acl]:
    topics = mapping(client.get("topics"), f"{place}.topics")
    read_topics = on_topics(principal, "READ", topics.get("read"), place)
    return read_topics | on_topics(principal, "WRITE", topics.get("write"), place)


def readers_and_writers(fields: Mapping[Any, Any], name: str, pattern: str, place: str) -> set[Acl]:
    """Return the ACLs of consumers and producers of one topic, or of all with a prefix."""
    acls: set[Acl] = set()
    for each in entries(fields, "consumers", place):
        principal = text(each.get("principal"), f"{place}.consumers.principal")
        acls |= allowed(principal, ("DESCRIBE", "READ"), "TOPIC", name, pattern)
        acls |= allowed(principal, ("READ",), "GROUP", *wildcard(str(each.get("group") or "*")))
    for each in entries(fields, "producers", place):
        principal = text(each.get("principal"), f"{place}.producers.principal")
        acls |= allowed(principal, ("DESCRIBE", "WRITE"), "TOPIC", name, pattern)
        transactional_id = each.get("transactionId")
        if transactional_id:
            acls |= allowed(principal, ("DESCRIBE", "WRITE"), "TRANSACTIONAL_ID", *wildcard(str(transactional_id)))
        if transactional_id or each.get("idempotence") is not None:
            acls |= allowed(principal, ("IDEMPOTENT_WRITE",), "CLUSTER", CLUSTER_NAME, "LITERAL")
    return acls


def allowed(principal: str, operations: Iterable[str], kind: str, name: str, pattern: str) -> set[Acl]:
    return {allow(principal, "*", operation, kind, name, pattern) for operation in operations}


def wildcard(name: str) -> tuple[str, str]:
    """Return a name and its pattern type: with a star at its end, longer than that alone, it is a prefix."""
    return (name[:-1], "PREFIXED") if len(name) > 1 and name.endswith("*") else (name, "LITERAL")
