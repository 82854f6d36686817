"""Masked records on a real Kafka: on the page, in a search, in downloads and by the API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.models import Cluster
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.messages.test_pages import address, kept_topic, read, write
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
RULES = [{"type": "MASK", "fields": ["iban"], "topics": "payments-*"}]


@pytest.fixture
def payments(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    cluster.masking = RULES
    cluster.save()
    topic = kept_topic(kafka, unique("payments"))
    long = json.dumps({"filler": "x" * 60_000, "iban": "DE99"})
    record = {"key": "k", "value": '{"iban": "DE4711", "to": "Ada"}', "headers": [("iban", b"DE47")]}
    return write(kafka, topic, [record, {"value": long}, {"value": "IBAN DE4711"}])


@pytest.fixture
def olga(payments: str) -> Client:
    return signed_in(person("olga", "operator"))


def test_nobody_sees_what_is_masked_without_the_grant(olga: Client, admin: Client, payments: str) -> None:
    page = read(olga, payments)
    assert '{"iban": "XXnnnn", "to": "Ada"}' in page
    assert "DE47" not in page
    assert "DE99" not in page
    alone = olga.get(f"{address(payments)}0/0/").content.decode()
    assert "headers, value (needs messages.unmask)" in alone
    assert "DE47" not in alone
    assert "DE47" in admin.get(f"{address(payments)}0/0/").content.decode()
    assert '"iban": "DE4711"' in read(admin, payments)


def test_a_search_does_not_find_what_is_masked(olga: Client, admin: Client, payments: str) -> None:
    assert "No records" in read(olga, payments, contains="DE47") or "0 matches" in read(olga, payments, contains="DE47")
    assert "1 match in" in read(olga, payments, contains="Ada")
    assert "2 matches in" in read(admin, payments, contains="DE4711")


@pytest.mark.parametrize(
    "query",
    [
        {"json_path": "$.iban = DE4711"}, {"cel": "value.iban == 'DE4711'"}, {"cel": "headers.iban == 'DE47'"},
        {"regex": "DE4[7]"}, {"equals": "DE47", "where": "headers"},
    ],
    ids=["JSON path", "CEL", "CEL on headers", "regular expression", "equals"],
)  # fmt: skip
def test_nothing_tells_whether_a_masked_value_is_there(
    olga: Client, admin: Client, payments: str, query: dict[str, Any]
) -> None:
    assert "0 matches in" in read(olga, payments, **query)
    assert "0 matches in" not in read(admin, payments, **query)


def test_columns_and_following_show_what_is_masked(olga: Client, payments: str) -> None:
    page = read(olga, payments, fields_shown="$.iban", columns=["headers", "value"])
    assert "XXnnnn" in page
    assert "DE47" not in page
    assert "DE47" not in read(olga, payments, follow="1")


def test_no_format_lifts_the_mask(olga: Client, payments: str) -> None:
    for name in ("text", "hex", "base64", "json"):
        page = read(olga, payments, value_format=name)
        assert "44 45 34 37" not in page
        assert "REU0" not in page


def test_downloads_and_sending_again_are_masked(olga: Client, admin: Client, payments: str) -> None:
    def part(client: Client, offset: int) -> bytes:
        response = client.get(f"{address(payments)}0/{offset}/value/")
        return b"".join(response)

    assert part(olga, 0) == b'{"iban": "XXnnnn", "to": "Ada"}'
    assert b"DE99" not in part(olga, 1)
    assert part(admin, 0) == b'{"iban": "DE4711", "to": "Ada"}'
    produce = f"/clusters/local/topics/{payments}/produce/?again=0-0"
    assert "DE4711" not in olga.get(produce).content.decode()
    assert "DE4711" in admin.get(produce).content.decode()


def test_the_api_masks_too(payments: str) -> None:
    user = person("otto", "operator")
    record = program_of(user).get(f"{LOCAL}/topics/{payments}/messages?seek=oldest")["items"][0]
    assert record["value"]["decoded"] == {"iban": "XXnnnn", "to": "Ada"}
    assert (record["key"]["text"], record["masked"]) == ("k", ["headers", "value"])
    Grant.objects.create(user=user, role="custom", actions=["messages.unmask"], resources="payments-*")
    clear = program_of(User.objects.get(pk=user.pk)).get(f"{LOCAL}/topics/{payments}/messages?seek=oldest")["items"][0]
    assert (clear["value"]["decoded"]["iban"], clear["masked"]) == ("DE4711", [])


def test_rules_are_changed_by_whoever_may_see_what_they_mask(payments: str) -> None:
    user = person("emma", "custom", actions=["clusters.view", "clusters.edit"])
    editor = program_of(user)
    refused = editor("PATCH", LOCAL, {"masking": []})
    assert refused.status_code == 403
    assert "needs messages.unmask on all topics" in refused.json()["detail"]
    assert Cluster.objects.get().masking == RULES
    assert editor("PATCH", LOCAL, {"masking": RULES, "read_only": True}).status_code == 200
    Grant.objects.create(user=user, role="custom", actions=["messages.unmask"])
    assert program_of(User.objects.get(pk=user.pk))("PATCH", LOCAL, {"masking": []}).status_code == 200
    assert Cluster.objects.get().masking == []
    entry = AuditEntry.objects.filter(action="clusters.edit").order_by("pk").last()
    assert entry is not None
    assert [step["subject"] for step in entry.steps] == ["masking"]


def test_rules_are_checked_in_the_form(admin: Client, payments: str) -> None:
    shown = admin.get("/clusters/local/edit/").content.decode()
    assert "- type: MASK" in shown
    wrong = program_of(User.objects.create_superuser("bob"))("PATCH", LOCAL, {"masking": [{"type": "HIDE"}]})
    assert wrong.status_code == 422
    assert "type is none of REMOVE, MASK, REPLACE" in json.dumps(wrong.json())
