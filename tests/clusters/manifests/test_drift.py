"""Drift: a manifest kept for a real cluster, changed by hand, seen, applied and over; within each person's grants."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant
from clusters.acls.templates import allow
from clusters.gateway import configs
from clusters.gateway.clients.connection import Connection
from clusters.gateway.quotas import Entity
from clusters.manifests.differences import differences
from clusters.manifests.drift.comparing import without
from clusters.manifests.drift.entries import entries_of, with_times
from clusters.manifests.drift.tasks import compare_due
from clusters.manifests.present import Present, PresentTopic
from clusters.manifests.reading import read
from clusters.models import Cluster, ClusterManifest
from metrics.findings.store import look_for_findings
from metrics.models import FindingRow
from tests.clusters.manifests.test_pages import compared
from tests.conftest import mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
PAGE = "/clusters/local/manifest/drift/"
ENTITY = Entity("shop")


def is_open(cluster: Cluster) -> bool:
    """Look for findings now; tell whether one says that the cluster differs."""
    look_for_findings(cluster, timezone.now())
    return FindingRow.objects.filter(cluster=cluster, rule="manifest-differs", resolved_at=None).exists()


def test_a_change_by_hand_is_drift_until_the_manifest_is_applied(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("kept"), config={"retention.ms": "60000"})
    mirror(cluster)
    text = f"topics: {{{topic}: {{partitions: 1, configs: {{retention.ms: 60000}}}}}}"
    saved = admin.post(f"{PAGE}manifest/", {"text": text}, follow=True)
    assert "The cluster is as its manifest says." in saved.content.decode()
    assert not is_open(cluster)
    configs.alter_topic(connection, topic, set={"retention.ms": "5000"})
    html = admin.post(f"{PAGE}compare/", follow=True).content.decode()
    for words in (f"topic {topic}", "retention.ms", "60000", "5000", "1 difference", "Review and apply"):
        assert words in html
    assert is_open(cluster)
    planned = admin.get("/clusters/local/manifest/?kept")
    assert "Apply 1 change" in planned.content.decode()
    _, form = compared(admin, text)
    admin.post("/clusters/local/manifest/", form)
    assert ClusterManifest.objects.filter(due_at__lte=timezone.now()).exists()
    compare_due()
    assert "The cluster is as its manifest says." in admin.get(PAGE).content.decode()
    assert not is_open(cluster)
    assert AuditEntry.objects.get(action="manifests.keep").steps[0]["after"].startswith("1 topic (SHA-256 ")


def test_a_person_sees_what_their_grants_cover_and_no_text(cluster: Cluster) -> None:
    def entry(section: str, resource: str) -> dict[str, str]:
        fields = {"section": section, "resource": resource, "name": f"{section} {resource}", "what": "x"}
        return fields | {"since": "2026-01-01T00:00:00+00:00"}

    rows = [entry("topics", "team-a"), entry("topics", "other"), entry("users", "team-u")]
    ClusterManifest.objects.create(
        cluster=cluster, text="topics: {}", kept_at=timezone.now(), entries=rows, total=9, sections=["topics"],
        compared_at=timezone.now(),
    )  # fmt: skip
    person = User.objects.create_user("team")
    Grant.objects.create(user=person, role="viewer", clusters="local", resources="team-*")
    client = signed_in(person)
    html = client.get(PAGE).content.decode()
    assert "topics team-a" in html
    assert "topics other" not in html
    assert "users team-u" not in html
    assert "1 difference" in html
    assert "more difference" not in html
    assert client.get(f"{PAGE}manifest/").status_code == 403
    assert client.get(f"{PAGE}manifest/download/").status_code == 403


def test_while_kafka_is_away_what_was_known_stays_and_no_alert_ends(db: None) -> None:
    cluster = Cluster.objects.create(slug="away", name="away", bootstrap_servers="127.0.0.1:1")
    rows = [{"section": "topics", "resource": "t", "name": "topic t", "what": "x", "since": "2026-01-01T00:00:00Z"}]
    row = ClusterManifest.objects.create(
        cluster=cluster, text="topics: {t: {}}", kept_at=timezone.now(), entries=rows, total=1
    )
    look_for_findings(cluster, timezone.now())
    compare_due()
    row.refresh_from_db()
    assert row.error == "The cluster was not read yet."
    assert (row.entries, row.total) == (rows, 1)
    look_for_findings(cluster, timezone.now() + timedelta(minutes=1))
    assert FindingRow.objects.filter(rule="manifest-differs", resolved_at=None).exists()


def test_a_difference_keeps_the_time_when_it_began_though_its_value_changes() -> None:
    manifest = read("topics: {t: {configs: {retention.ms: 5}}}\nquotas: [{user: shop, producer_byte_rate: 7}]")
    present = Present(topics={"t": PresentTopic(1, 1)}, quotas={ENTITY: {"producer_byte_rate": 3.0}})
    first = with_times(entries_of(differences(manifest, present, remove=False), present), [], "one")
    assert [(entry.what, entry.expected, entry.present) for entry in first] == [
        ("retention.ms", "5", None),
        ("producer_byte_rate", "7", "3"),
    ]
    later = Present(topics=present.topics, quotas={ENTITY: {"producer_byte_rate": 4.0}})
    second = with_times(entries_of(differences(manifest, later, remove=False), later), first[1:], "two")
    assert [entry.since for entry in second] == ["two", "one"]


def test_every_kind_of_difference_is_an_entry_with_the_resource_that_grants_name() -> None:
    acl = allow("User:a", "*", "READ", "TOPIC", "orders", "LITERAL")
    manifest = read(
        "topics: {new: {partitions: 1, replication_factor: 1}, less: {partitions: 1}, more: {partitions: 3}}\n"
        "users: {u: {mechanisms: [SCRAM-SHA-512]}}\nacls: []\nquotas: []\n"
    )
    topics = {name: PresentTopic(2, 1) for name in ("less", "more", "surplus")}
    present = Present(topics=topics, acls=frozenset({acl}), quotas={ENTITY: {"producer_byte_rate": 3.0}})
    entries = entries_of(differences(manifest, present, remove=True), present)
    assert {(entry.section, entry.resource) for entry in entries} == {
        ("topics", "new"), ("topics", "less"), ("topics", "more"), ("topics", "surplus"), ("users", "u"),
        ("acls", "orders"), ("quotas", ENTITY.resource),
    }  # fmt: skip
    left = without(manifest, ["acls", "topics", "quotas"])
    assert [entry.section for entry in entries_of(differences(left, present, remove=True), present)] == ["users"]


def test_a_comparison_of_a_former_manifest_is_not_stored(cluster: Cluster, admin: Client) -> None:
    admin.post(f"{PAGE}manifest/", {"text": "topics: {a: {partitions: 1, replication_factor: 1}}"})
    held = ClusterManifest.take(cluster.pk, timezone.now())
    assert held is not None
    admin.post(f"{PAGE}manifest/", {"text": "topics: {b: {partitions: 1, replication_factor: 1}}"})
    assert not held.release(total=7, compared_at=timezone.now())
    assert ClusterManifest.objects.get().total != 7
