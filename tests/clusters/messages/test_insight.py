"""Insight: its numbers on topics whose records are known."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Producer
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.log.records import Record
from clusters.jobs.running import work
from clusters.messages.insight import tally as tally_module
from clusters.messages.insight.report import compared, facts_of, histogram, rate_chart
from clusters.messages.insight.tally import HOUR_MS, NUL, OTHERS, Tally, from_json
from clusters.models import Cluster, Job
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.messages.test_produce_file import run
from tests.clusters.messages.test_transactions import transact, transactional
from tests.conftest import known_cluster, known_topic
from tests.kafka.cluster import KafkaCluster

Unique = Callable[[str], str]


def record(number: int, key: bytes | None = b"k", value: bytes | None = b"v", **fields: Any) -> Record:
    sizes = {"key_size": len(key or b""), "value_size": len(value or b"")}
    values: dict[str, Any] = {"time_ms": number * HOUR_MS, "appended": False, "headers": (), **sizes, **fields}
    return Record(partition=0, offset=number, key=key, value=value, **values)


def tally_of(*records: Record) -> Tally:
    tally = Tally()
    for each in records:
        tally.add(each, lambda record, part: "null" if record.part(part)[0] is None else "Text")
    return tally


def test_counts_of_known_records() -> None:
    records = [record(number, f"k{number % 100}".encode(), b"x" * number) for number in range(1000)]
    records += [record(1000, None, None)] * 10
    result = tally_of(*records).result()
    assert (result["records"], result["null_keys"], result["tombstones"]) == (1010, 10, 10)
    assert abs(result["distinct_keys"] - 100) <= 2
    assert result["distinct_keys_range"][0] <= 100 <= result["distinct_keys_range"][1]
    assert result["duplicates_range"][0] <= 900 <= result["duplicates_range"][1]
    assert result["largest_size"] == 999 + 3
    assert result["largest"][0] == (1002, 0, 999)
    assert abs(result["p50_size"] - 500) < 40
    assert result["value_formats"] == [("Text", 1000), ("null", 10)]
    assert sum(number for _, number in result["sizes"]) == 1010


def test_it_goes_on_from_where_it_was_stored() -> None:
    records = [record(number, f"{number}".encode(), b"x" * (number % 777)) for number in range(20_000)]
    half = tally_of(*records[:10_000])
    resumed = from_json(half.as_json())
    for each in records[10_000:]:
        resumed.add(each, lambda *_: "Text")
    result = resumed.result()
    assert (result["records"], len(result["largest"])) == (20_000, 10)
    assert abs(result["distinct_keys"] - 20_000) < 600
    assert abs(result["p50_size"] - 392) < 40


def test_names_and_hours_are_bounded_and_odd_ones_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "MOST_NAMES", 2)
    monkeypatch.setattr(tally_module, "MOST_HOURS", 3)
    headers = [((f"<b>{number}\0", b"", 0),) for number in range(5)]
    result = tally_of(*(record(number, headers=names) for number, names in enumerate(headers))).result()
    assert dict(result["headers"]) == {f"<b>0{NUL}": 1, OTHERS: 3}
    assert (len(result["hours"]), result["earlier"]) == (3, 2)
    chart = rate_chart(tally_of(record(2**40), record(0, time_ms=None)).result() | {"earlier": 0})
    assert chart.missing == ("No record has a timestamp.",)


def test_what_is_told() -> None:
    nothing = {**Tally().result(), "codecs": [], "unreadable": {}}
    something = {**tally_of(record(1), record(3)).result(), "codecs": [("lz4", 2)], "unreadable": {}}
    assert dict(facts_of(nothing))["Mean size"] == "–"
    assert histogram(nothing) == []
    facts = compared(facts_of(something), facts_of(nothing))
    assert ("Records", "2", "0") in facts
    assert ("Compression", "lz4 100 %", "–") in facts
    assert [row.name for row in histogram(something)] == ["2 B to < 4 B"]
    assert rate_chart(something).lines[0].values == (1.0, 0.0, 1.0)


@pytest.mark.django_db
def test_an_insight_into_a_real_topic(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, viewer: Client, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("<insight>".strip("<>")), partitions=3)
    producer = Producer({**kafka.client_config(), "compression.type": "zstd", "linger.ms": 50})
    for number in range(3000):
        value = None if number % 10 == 0 else b'{"n": %d}' % number
        producer.produce(topic, value, f"k{number % 50}", number % 3, headers=[("a<b>", "1")])
    producer.produce(topic, b"x" * 50_000, None, 1)
    producer.flush(20)
    transact(transactional(kafka, unique("tx")), topic, "aborted", commit=False)
    path = f"/clusters/local/topics/{topic}/insight/"
    assert viewer.get(path).status_code == 403
    assert "No insight yet" in admin.get(path).content.decode()
    started = admin.post(path, {"mode": "scan"})
    job = run(Job.objects.get(state=Job.WAITING))
    assert started.headers["Location"] == f"/clusters/local/jobs/{job.pk}/"
    assert (job.state, job.failure, job.done == job.total) == (Job.FINISHED, "", True)
    result = job.result
    assert (result["records"], result["null_keys"], result["tombstones"]) == (3001, 1, 300)
    assert abs(result["distinct_keys"] - 50) <= 1
    assert result["largest_size"] == 50_000
    assert dict(map(tuple, result["codecs"])) == {"zstd": 3001}
    assert dict(map(tuple, result["value_formats"]))["JSON"] == 2700
    page = admin.get(path).content.decode()
    assert "a&lt;b&gt; 100 %" in page
    assert re.search(r'messages/1/\d+/"\s*>1-1000</a>', page)
    assert "Records per hour" in page
    again = ada("POST", f"{LOCAL}/topics/{topic}/insight", {"last": 10})
    sampled = run(Job.objects.get(pk=again.json()["job"]))
    assert sampled.result["records"] <= 30
    items = ada.get(f"{LOCAL}/topics/{topic}/insight")["items"]
    assert [item["job"] for item in items] == [sampled.pk, job.pk]
    beside = admin.get(f"{path}?job={sampled.pk}&with={job.pk}").content.decode()
    assert "3,001" in beside
    assert "Compared" in beside
    admin.post(path, {"mode": "scan"})
    left = Job.objects.get(state=Job.WAITING)
    work(left.pk, lambda: True)  # a worker that stops; meanwhile, another topic gets the name
    left.refresh_from_db()
    left.cursor |= {"topic_id": "former", "standing": {"places": {"0": 0, "1": 0, "2": 0}, "counts": [0] * 6}}
    left.save()
    assert (run(left).state, "was deleted and created again" in left.failure) == (Job.FAILED, True)
    assert set(AuditEntry.objects.filter(resource=topic, action="messages.view").values_list("outcome", flat=True)) >= {
        "done"
    }


@pytest.mark.django_db
def test_an_insight_reads_also_where_nothing_may_be_changed_and_only_once_at_a_time(
    kafka: KafkaCluster, admin: Client, unique: Unique
) -> None:
    known_cluster(kafka, slug="still", read_only=True)
    topic = known_topic(kafka, unique("empty"))
    path = f"/clusters/still/topics/{topic}/insight/"
    assert admin.post(path, {"mode": "sample", "last": "5"}).status_code == 302
    second = admin.post(path, {"mode": "sample", "last": "5"})
    assert second.status_code == 422
    assert "already running" in second.content.decode()
    job = Job.objects.get(state=Job.WAITING)
    work(job.pk, lambda: False)
    job.refresh_from_db()
    assert (job.state, job.result["records"]) == (Job.FINISHED, 0)
    assert admin.get(path).status_code == 200
