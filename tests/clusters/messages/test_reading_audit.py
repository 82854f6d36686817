"""Who read which records is in the audit log, where it is not switched off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.reading.records import Span
from clusters.messages.reading_audit import MOST_PARTITIONS, MOST_QUERIES, merged
from clusters.models import Cluster
from tests.api.conftest import LOCAL, program_of
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce

Unique = Callable[[str], str]


def lines(steps: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(step["subject"], step["after"]) for step in steps]


def test_what_is_read_widens_the_offsets_and_adds_the_queries() -> None:
    steps = merged([], "seek=newest", {0: Span(5, 9), 1: Span(0, 0)}, 4)
    steps = merged(steps, "seek=newest", {0: Span(2, 5), 2: Span(1, 2)}, 1200)
    steps = merged(steps, "contains=ada", {0: Span(8, 12)}, 0)
    assert lines(steps) == [
        ("records shown", "1,204"), ("query", "seek=newest"), ("query", "contains=ada"),
        ("partition 0", "offsets 2–11"), ("partition 2", "offsets 1–1"),
    ]  # fmt: skip


def test_an_entry_stays_small_whatever_is_read() -> None:
    steps: list[dict[str, str]] = []
    for number in range(300):
        steps = merged(steps, f"contains={number}", {number: Span(0, 1)}, 1)
    assert len(steps) <= MOST_QUERIES + MOST_PARTITIONS
    assert lines(steps)[0] == ("records shown", "300")


@pytest.mark.django_db
def test_an_entry_has_who_read_what_by_page_and_api(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Unique, settings: Any
) -> None:
    topic = create_topic(kafka, unique("read"))
    produce(kafka, topic, ["a", "b", "needle"])
    messages = f"/clusters/local/topics/{topic}/messages/"
    for address in (messages, f"{messages}?contains=needle&seek=oldest", f"{messages}0/1/", f"{messages}0/2/value/"):
        assert admin.get(address).status_code == 200
    program_of(User.objects.create_superuser("bob")).get(f"{LOCAL}/topics/{topic}/messages?seek=oldest&limit=1")
    adas, bobs = AuditEntry.objects.filter(action="messages.view", resource=topic).order_by("at")
    assert lines(adas.steps) == [
        ("records shown", "6"), ("query", "seek=newest"), ("query", "seek=oldest&contains=needle"),
        ("partition 0", "offsets 0–2"),
    ]  # fmt: skip
    assert (bobs.username, bobs.outcome) == ("bob", AuditEntry.DONE)
    assert lines(bobs.steps)[-1] == ("partition 0", "offsets 0–0")
    assert topic not in admin.get("/audit/").content.decode()
    shown = admin.get("/audit/?action=messages.view").content.decode()
    assert "2 entries" in shown
    assert "offsets 0–2" in shown
    settings.AUDIT_READING = False
    admin.get(f"{messages}?contains=secret")
    assert "secret" not in str(AuditEntry.objects.filter(resource=topic).values_list("steps", flat=True))
