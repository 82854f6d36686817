"""Lag in detail through the API: the evidence, the past, the collectors; from a real Kafka."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from clusters.models import AclEntry, Cluster
from lag.collecting.history import save
from lag.collecting.rollup import HOUR_MS, MINUTE_MS, Point, bucket_of
from lag.models import Shard
from lag.types import Status
from tests.api.conftest import LOCAL, V1, Program, person, program_of
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, produce
from tests.lag.collecting.conftest import collecting, now_ms, row, until

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def test_why_a_partition_has_its_verdict(
    cluster: Cluster, kafka: KafkaCluster, ada: Program, vera: Program, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("work"), partitions=2), unique("slow")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, group, {(topic, 0): 4})
    with collecting(cluster) as collect:
        # Burrow's clock is a whole second: within the second of a commit, nothing has stopped.
        until(collect, lambda: (watched := row(group)) and now_ms() > watched.last_commit_ms + 1000)
        collect()
    evidence = vera.get(f"{LOCAL}/lag/{group}/topics/{topic}/0")
    assert (evidence["status"], evidence["lag"], [item["offset"] for item in evidence["commits"]]) == ("STOP", 6, [4])
    assert [rule["fired"] for rule in evidence["rules"]][-1]
    assert not any(rule["fired"] for rule in evidence["rules"][:-1])
    assert evidence["commits"][0]["committed_at"]
    group_lag = vera.get(f"{LOCAL}/lag/{group}")
    assert "below all recent log end offsets" in evidence["rules"][-1]["sentence"]
    assert "below all recent log end offsets" in group_lag["partitions"][0]["reason"]
    assert group_lag["advice"]
    assert [remark["subject"] for remark in group_lag["remarks"] if remark["kind"] == "never committed"] == [topic]
    assert vera("GET", f"{LOCAL}/lag/{group}/topics/{topic}/9").status_code == 404
    collector = vera.get(f"{LOCAL}/lag-collector")
    assert (collector["enabled"], collector["asking"], bool(collector["ticked_at"])) == (True, False, True)
    assert sum(source["position"] for source in collector["sources"]) > 0
    assert sum(source["unread"] for source in collector["sources"]) == collector["unread"]
    assert (collector["shards"][0]["count"], collector["shards"][0]["records"] > 0) == (1, True)
    mirror(cluster)
    (reader,) = vera.get(f"{LOCAL}/topics/{topic}/groups")
    assert (reader["group"], reader["lag"], reader["status"]) == (group, 6, "STOP")
    pat = program_of(person("pat", resources="slow*"))
    assert pat("GET", f"{LOCAL}/lag/{group}/topics/{topic}/0").status_code == 403
    narrow = pat.get(f"{LOCAL}/lag/{group}")
    assert (narrow["partitions"], narrow["remarks"]) == ([], [])


def test_a_groups_past_is_told_by_the_minute_and_by_the_hour(vera: Program) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    now = now_ms()
    for minutes, lag in ((3, 5), (2, None), (1, 7)):
        point = Point(now - minutes * MINUTE_MS, Status.ERR if lag else Status.OK, lag, 1.5 if lag else None)
        save(cluster, {"a/b": bucket_of(point, MINUTE_MS)}, now)
    path = f"{V1}/clusters/c/lag/a%2Fb/history"
    buckets = vera.get(path)
    assert [(past["status"], past["max_lag"], past["max_time_lag"]) for past in buckets] == [
        ("ERR", 5, 1.5), ("OK", None, None), ("ERR", 7, 1.5),
    ]  # fmt: skip
    hours = vera.get(f"{path}?width=hour")
    assert len(hours) == len({(now - minutes * MINUTE_MS) // HOUR_MS for minutes in (1, 2, 3)})
    assert hours[-1]["max_lag"] == 7
    assert vera("GET", f"{path}?width=year").status_code == 422
    assert vera.get(f"{V1}/clusters/c/lag/none/history") == []
    narrow = program_of(person("pat", resources="mine*"))
    assert narrow("GET", path).status_code == 403


def test_what_goes_wrong_in_a_round_is_told(vera: Program) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Shard.objects.create(cluster=cluster, error="It cannot be read.", advice="Grant READ.", unread=3)
    collectors = vera.get(f"{V1}/clusters/c/lag-collector")
    assert (collectors["ticked_at"], collectors["overdue_since"], collectors["unread"]) == (None, None, 3)
    assert collectors["problems"] == [{"error": "It cannot be read.", "advice": "Grant READ."}]


def test_since_when_nothing_was_evaluated_is_told(vera: Program) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Shard.objects.create(cluster=cluster, ticked_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    collectors = vera.get(f"{V1}/clusters/c/lag-collector")
    assert collectors["overdue_since"] == collectors["ticked_at"] == "2026-01-02T03:04:05Z"


def test_the_acls_that_concern_a_topic(vera: Program) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    for name, pattern in (("orders", "LITERAL"), ("ord", "PREFIXED"), ("*", "LITERAL"), ("pay", "LITERAL")):
        AclEntry.objects.create(
            cluster=cluster, principal=f"User:{name}", host="*", operation="READ", permission="ALLOW",
            resource_type="TOPIC", resource_name=name, pattern_type=pattern,
        )  # fmt: skip
    acls = vera.get(f"{V1}/clusters/c/topics/orders/acls")
    assert sorted(acl["resource_name"] for acl in acls) == ["*", "ord", "orders"]


def test_the_size_of_each_partition_is_told(
    cluster: Cluster, kafka: KafkaCluster, vera: Program, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("sized"))
    produce(kafka, topic, ["a" * 1000])
    (partition,) = vera.get(f"{LOCAL}/topics/{topic}")["partitions"]
    assert partition["size"] > 1000
