"""Strimzi's KafkaTopic and KafkaUser: each document is one resource, and says nothing of others. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Entity, Quotas
from clusters.manifests.formats.values import acl, configs, listed, mapping, number, rate, text
from clusters.manifests.resources import Manifest, TopicSpec

API = "kafka.strimzi.io/"
SCRAM = "scram-sha-512"
TLS = frozenset({"tls", "tls-external"})
RATES = {
    "producerByteRate": "producer_byte_rate",
    "consumerByteRate": "consumer_byte_rate",
    "requestPercentage": "request_percentage",
    "controllerMutationRate": "controller_mutation_rate",
}
RESOURCES = {"topic": "TOPIC", "group": "GROUP", "cluster": "CLUSTER", "transactionalId": "TRANSACTIONAL_ID"}
PATTERNS = {"literal": "LITERAL", "prefix": "PREFIXED"}


def is_resource(document: Any) -> bool:
    return isinstance(document, dict) and str(document.get("apiVersion", "")).startswith(API)


def read(documents: Iterable[Mapping[Any, Any]]) -> Manifest:
    """Return what some resources say.

    Raises:
        NotAManifest: one is not written as Strimzi does.
    """
    topics: dict[str, TopicSpec] = {}
    users: dict[str, frozenset[str]] = {}
    acls: set[Acl] = set()
    quotas: dict[Entity, Quotas] = {}
    principals, remarks = set(), []
    for document in documents:
        kind = str(document.get("kind"))
        name = text(mapping(document.get("metadata"), kind).get("name"), f"{kind}.metadata.name")
        place, spec = f"{kind} {name}", mapping(document.get("spec"), kind)
        if kind == "KafkaTopic":
            topics[text(spec.get("topicName", name), place)] = topic(spec, place)
        elif kind == "KafkaUser":
            method = mapping(spec.get("authentication"), place).get("type")
            user = f"CN={name}" if method in TLS else name
            users |= {name: frozenset({"SCRAM-SHA-512"})} if method == SCRAM else {}
            acls |= acls_of(spec, f"User:{user}", place)
            principals.add(f"User:{user}")
            rates = mapping(spec.get("quotas"), place)
            quotas |= {Entity(user=user): quotas_of(rates, place)} if rates else {}
        else:
            remarks.append(f"{place}: only KafkaTopic and KafkaUser are read.")
    # No section is whole: a resource that no document is about may be somebody else's.
    return Manifest(topics, frozenset(acls), users, quotas, principals=frozenset(principals), remarks=tuple(remarks))


def topic(spec: Mapping[Any, Any], place: str) -> TopicSpec:
    return TopicSpec(
        number(spec.get("partitions"), f"{place}: spec.partitions"),
        number(spec.get("replicas"), f"{place}: spec.replicas"),
        configs(spec.get("config"), f"{place}: spec.config"),
    )


def acls_of(spec: Mapping[Any, Any], principal: str, place: str) -> set[Acl]:
    rules = listed(mapping(spec.get("authorization"), place).get("acls"), place)
    result = set()
    for at, each in enumerate(rules):
        where = f"{place}: spec.authorization.acls[{at}]"
        rule = mapping(each, where)
        resource = mapping(rule.get("resource"), f"{where}.resource")
        fields = {
            "principal": principal,
            "host": rule.get("host"),
            "permission": rule.get("type"),
            "resource_type": RESOURCES.get(str(resource.get("type"))),
            "resource_name": resource.get("name"),
            "pattern_type": PATTERNS.get(str(resource.get("patternType", "literal"))),
        }
        operations = listed(rule.get("operations", rule.get("operation")), f"{where}.operations") or [None]
        result |= {acl({**fields, "operation": operation}, where) for operation in operations}
    return result


def quotas_of(rates: Mapping[Any, Any], place: str) -> Quotas:
    return {
        ours: rate(rates[theirs], f"{place}: spec.quotas.{theirs}") for theirs, ours in RATES.items() if theirs in rates
    }
