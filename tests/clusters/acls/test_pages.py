"""Warnings before a grant, and which ACLs concern a resource, on a real Kafka."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from django.test import Client

from clusters.gateway.access import acls as kafka_acls
from clusters.gateway.access.acls import Acl
from clusters.inventory.acls import acls_concerning
from clusters.models import AclEntry, Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
NEW = "/clusters/local/acls/new/"


def test_a_grant_with_a_warning_is_shown_before_it_is_made(
    cluster: Cluster, admin: Client, ada: Program, unique: Callable[[str], str]
) -> None:
    entry: dict[str, Any] = {
        "principal": f"User:{unique('u')}", "resource_name": "*", "pattern_type": "PREFIXED", "operation": "WRITE",
        "host": "10.0.0.0/8",
    }  # fmt: skip
    shown = admin.post(NEW, {**entry, "action": "create"})
    assert shown.status_code == 200
    assert "PREFIXED * is not a wildcard" in shown.content.decode()
    assert "match no client" in shown.content.decode()
    warnings = ada("POST", f"{LOCAL}/acls?dry_run=true", entry).json()["warnings"]
    assert [warning[:10] for warning in warnings] == ["PREFIXED *", "Kafka comp"]
    made = admin.post(NEW, {**entry, "action": "create", "plan": shown.context["plan"].digest})
    assert made.status_code == 302
    assert AclEntry.objects.filter(principal=entry["principal"]).count() == 1


def as_kafka_matches(kafka: KafkaCluster, kind: ResourceType, name: str) -> set[str]:
    """Return the principals of the entries that Kafka takes for a resource."""
    pattern = AclBindingFilter(
        kind,
        name,
        ResourcePatternType.MATCH,
        cast("str", None),
        cast("str", None),
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    admin = AdminClient(kafka.client_config())
    return {binding.principal for binding in admin.describe_acls(pattern).result(15)}


@pytest.mark.parametrize(("kind", "name"), [("TOPIC", "rep-x"), ("GROUP", "rep-x"), ("GROUP", "*rep")])
def test_the_entries_that_concern_a_resource_are_those_of_kafka(
    kafka: KafkaCluster, cluster: Cluster, unique: Callable[[str], str], kind: str, name: str
) -> None:
    names = ["*", "r", "rep-", "rep-x", "rep-xy", "rep-x*", "*r"]
    own = unique("u")
    acls = [
        Acl(f"User:{own} {pattern} {resource}", "*", "READ", "ALLOW", kind, resource, pattern)
        for pattern in ("LITERAL", "PREFIXED")
        for resource in names
    ]
    kafka_acls.create(cluster.connection(), acls)
    mirror(cluster)
    expected = {
        principal
        for principal in as_kafka_matches(kafka, ResourceType[kind], name)
        if principal.startswith(f"User:{own}")
    }
    assert expected
    concerning = acls_concerning(cluster, kind, name).filter(principal__startswith=f"User:{own}")
    assert {acl.principal for acl in concerning} == expected
    kafka_acls.delete(cluster.connection(), acls)


def test_a_groups_acls_are_on_its_page_and_in_the_api(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Callable[[str], str]
) -> None:
    group, topic = unique("group"), create_topic(kafka, unique("t"))
    commit(kafka, group, {(topic, 0): 0})
    entries = {
        "User:exact": Acl("User:exact", "*", "READ", "ALLOW", "GROUP", group, "LITERAL"),
        "User:prefix": Acl("User:prefix", "*", "DELETE", "DENY", "GROUP", group[:8], "PREFIXED"),
        "User:topics": Acl("User:topics", "*", "READ", "ALLOW", "TOPIC", group, "LITERAL"),
    }
    for acl in entries.values():
        AclEntry.objects.create(cluster=cluster, **{name: getattr(acl, name) for name in AclEntry.KEY})
    page = eventually(lambda: admin.get(f"/clusters/local/groups/{group}/"))
    assert [acl.principal for acl in page.context["acls"]] == ["User:exact", "User:prefix"]
    marks = {row.principal: [cell.mark for cell in row.cells] for row in page.context["access"].rows}
    assert marks == {"User:exact": ["✓", "✓", "–"], "User:prefix": ["–", "–", "✗"]}
    assert "DENY DELETE for User:prefix on GROUP PREFIXED" in page.content.decode()
    listed = ada.get(f"{LOCAL}/groups/{group}/acls")
    assert {acl["principal"] for acl in listed} == {"User:exact", "User:prefix"}
