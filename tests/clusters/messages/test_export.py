"""A query's records as a file, on a real Kafka: what is in it, what it says, and who got it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway.log.records import Record
from clusters.messages.export.records import Export, cut_parts
from clusters.messages.queries import described
from clusters.messages.reading.topic import topic_log
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program, person
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.messages.test_pages import address, kept_topic, read, write
from tests.conftest import known_cluster, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import delete_topic

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
LARGE = "é" * 20_000


def body(client: Client, topic: str, **query: Any) -> tuple[str, Any]:
    """Return the text of an export, and its response."""
    response = client.get(f"{address(topic)}export/", query)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode(), response  # type: ignore[attr-defined]


def values(text: str) -> list[Any]:
    return [json.loads(line)["value"]["text"] for line in text.splitlines()]


@pytest.fixture
def many(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    """A topic of 250 records in two partitions, more than two stretches."""
    topic = kept_topic(kafka, unique("many"), partitions=2)
    return write(kafka, topic, [{"value": f'{{"n": {n}}}', "partition": n % 2} for n in range(250)])


def test_all_stretches_are_in_one_file_as_the_page_has_them(admin: Client, many: str) -> None:
    page = read(admin, many, seek="oldest")
    assert f"{address(many)}export/?seek=oldest&format=csv" in page
    oldest, response = body(admin, many, seek="oldest", format="jsonl", limit="10")
    assert values(oldest) == [f'{{"n": {n}}}' for n in range(250)]
    assert response["Content-Disposition"] == f'attachment; filename="{many}-max-10000.jsonl"'
    newest, _ = body(admin, many, format="jsonl")
    assert values(newest) == values(oldest)[::-1]
    lines, _ = body(admin, many, seek="oldest", cel="value.n >= 100 && value.n < 140", format="jsonl")
    assert values(lines) == values(oldest)[100:140]
    since, _ = body(admin, many, seek="time", time="2026-01-01T04:00:00", format="jsonl")
    assert values(since) == values(oldest)[240:]
    entry = AuditEntry.objects.filter(action="messages.export").order_by("pk")[2]
    assert (entry.username, entry.resource, entry.outcome) == ("ada", many, AuditEntry.DONE)
    assert "cel=value.n" in entry.steps[0]["after"]
    assert entry.detail == "40 records."


def test_a_file_that_has_not_all_says_so_in_its_name_and_last_line(admin: Client, ada: Program, many: str) -> None:
    text, response = body(admin, many, seek="oldest", format="csv", records="130")
    rows = list(csv.reader(io.StringIO(text)))
    assert f"{many}-max-130.csv" in response["Content-Disposition"]
    assert (len(rows), rows[-1][0]) == (132, "incomplete: Limit of 130 records reached.")
    path = f"{LOCAL}/topics/{many}/messages/export?seek=oldest&records=1"
    lines = b"".join(ada("GET", path).streaming_content).decode().splitlines()
    assert json.loads(lines[0])["value"]["decoded"] == {"n": 0}
    assert json.loads(lines[1]) == {"incomplete": "Limit of 1 records reached."}
    assert AuditEntry.objects.latest("pk").detail == "1 record. Limit of 1 records reached."


def test_a_download_that_is_broken_off_is_recorded_with_what_was_given(cluster: Cluster, admin: Client,
                                                                      many: str) -> None:  # fmt: skip
    response: Any = admin.get(f"{address(many)}export/", {"seek": "oldest", "format": "jsonl"})
    pieces = iter(response.streaming_content)
    for _ in range(120):
        next(pieces)
    response.close()
    entry = AuditEntry.objects.get(action="messages.export")
    assert entry.outcome == AuditEntry.FAILED
    assert entry.detail == "120 records. The download was broken off."
    body(admin, many, format="csv")  # the place among the exports is free again
    body(admin, many, format="csv")


def test_hostile_records_are_inert_and_large_ones_whole(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = write(kafka, kept_topic(kafka, unique("hostile")), [
        {"key": "=1+1", "value": '=HYPERLINK("http://x")', "headers": [("@SUM", b"-1"), ("none", None)]},
        {"value": b"\xff\x00\x1b[31m"}, {"key": "+k", "value": None}, {"value": LARGE},
        {"value": "[" * 10_000 + "]" * 10_000}, {"value": '{"a": "\\ud800"}'}, {"value": 'a,"b"\r\nc'},
    ])  # fmt: skip
    text, _ = body(admin, topic, seek="oldest", format="csv", fields_shown="$.a")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["offset"] for row in rows] == [str(number) for number in range(7)]
    assert (rows[0]["key"], rows[0]["value"]) == ("'=1+1", '\'=HYPERLINK("http://x")')
    assert rows[0]["headers"] == '[["@SUM", "-1"], ["none", null]]'
    assert rows[1]["value"] == "base64:/wAbWzMxbQ=="
    assert (rows[2]["key"], rows[2]["value"]) == ("'+k", "")
    assert (rows[3]["value"], rows[3]["truncated"]) == (LARGE, "")
    assert (rows[6]["value"], rows[5]["$.a"]) == ('a,"b"\r\nc', "?")
    lines, _ = body(admin, topic, seek="oldest", format="jsonl")
    assert len(values(lines)) == 7


def test_what_is_masked_on_the_page_is_masked_in_the_file(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    Cluster.objects.update(masking=[{"type": "MASK", "fields": ["iban"], "topics": "*"}])
    topic = write(kafka, kept_topic(kafka, unique("payments")), [{"value": '{"iban": "DE4711"}'}])
    for kind in ("csv", "jsonl"):
        text, _ = body(signed_in(person(f"olga-{kind}", "operator")), topic, format=kind)
        assert "XXnnnn" in text
        assert "DE4711" not in text
        assert "DE4711" in body(admin, topic, format=kind)[0]


def test_who_may_and_what_is_refused(kafka: KafkaCluster, admin: Client, viewer: Client, many: str) -> None:
    path = f"{address(many)}export/"
    assert viewer.get(path, {"format": "csv"}).status_code == 403
    user = User.objects.create_user("reader")
    Grant.objects.create(user=user, role="custom", actions=["clusters.view", "topics.view", "messages.view"])
    reader = signed_in(user)
    assert "/messages/export/" not in read(reader, many)
    assert reader.get(path, {"format": "csv"}).status_code == 403
    assert AuditEntry.objects.filter(action="messages.export", outcome=AuditEntry.REFUSED).count() == 2
    wrong = ({"format": "exe"}, {"format": "csv", "records": "0"}, {"format": "csv", "regex": "("})
    assert [admin.get(path, query, follow=True).status_code for query in wrong] == [404, 404, 422]
    known_cluster(kafka, slug="still", read_only=True)
    still = admin.get(f"/clusters/still/topics/{many}/messages/export/", {"format": "csv"})
    assert still.status_code == 200
    still.close()


def test_an_export_that_gets_no_further_ends_and_says_so(cluster: Cluster, many: str) -> None:
    export = Export(cluster, topic_log(cluster, many), {"seek": "oldest"}, 10_000)
    records = export.records()
    next(records)
    cluster.bootstrap_servers, cluster.username = "127.0.0.1:1", "nobody"
    left = list(records)
    assert len(left) == 99  # of the stretch that was read
    assert export.incomplete


def test_a_file_has_no_records_of_two_topics(kafka: KafkaCluster, cluster: Cluster, many: str) -> None:
    export = Export(cluster, topic_log(cluster, many), {"seek": "oldest"}, 1000)
    records = export.records()
    read_before = [next(records)[0].offset for _ in range(100)]
    delete_topic(kafka, many)
    topic = kept_topic(kafka, many, partitions=2)
    write(kafka, topic, [{"value": "another", "partition": n % 2} for n in range(250)])
    assert (len(read_before), list(records)) == (100, [])
    assert "was deleted and created again meanwhile" in export.incomplete


def test_cut_parts_are_named() -> None:
    record = Record(0, 0, None, False, b"k", b"v", (("h", b"x", 9),), 1, 5, 1)
    assert cut_parts(record) == ["value", "headers"]


def test_a_query_in_the_audit_log_has_what_was_given() -> None:
    assert described({"seek": "oldest", "cel": "", "offset": 0, "to_time": None}) == "seek=oldest&offset=0"
