"""Lag in detail through the API: the evidence, the past, the collectors; from a real Kafka."""

from collections.abc import Callable

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
        until(collect, lambda: (found := row(group)) and now_ms() > found.last_commit_ms + 1000)
        collect()
    told = vera.get(f"{LOCAL}/lag/{group}/topics/{topic}/0")
    assert (told["status"], told["lag"], [one["offset"] for one in told["commits"]]) == ("STOP", 6, [4])
    assert [one["fired"] for one in told["rules"]][-1]
    assert not any(one["fired"] for one in told["rules"][:-1])
    assert told["commits"][0]["committed_at"]
    found = vera.get(f"{LOCAL}/lag/{group}")
    assert "below every end offset" in told["rules"][-1]["sentence"]
    assert "below every end offset" in found["partitions"][0]["reason"]
    assert found["advice"]
    assert [one["subject"] for one in found["remarks"] if one["kind"] == "never committed"] == [topic]
    assert vera("GET", f"{LOCAL}/lag/{group}/topics/{topic}/9").status_code == 404
    collector = vera.get(f"{LOCAL}/lag-collector")
    assert (collector["enabled"], collector["asking"], bool(collector["ticked_at"])) == (True, False, True)
    assert sum(one["position"] for one in collector["sources"]) > 0
    assert sum(one["unread"] for one in collector["sources"]) == collector["unread"]
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
    told = vera.get(path)
    assert [(one["status"], one["max_lag"], one["max_time_lag"]) for one in told] == [
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
    told = vera.get(f"{V1}/clusters/c/lag-collector")
    assert (told["ticked_at"], told["unread"]) == (None, 3)
    assert told["problems"] == [{"error": "It cannot be read.", "advice": "Grant READ."}]


def test_the_acls_that_concern_a_topic(vera: Program) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    for name, pattern in (("orders", "LITERAL"), ("ord", "PREFIXED"), ("*", "LITERAL"), ("pay", "LITERAL")):
        AclEntry.objects.create(
            cluster=cluster, principal=f"User:{name}", host="*", operation="READ", permission="ALLOW",
            resource_type="TOPIC", resource_name=name, pattern_type=pattern,
        )  # fmt: skip
    found = vera.get(f"{V1}/clusters/c/topics/orders/acls")
    assert sorted(one["resource_name"] for one in found) == ["*", "ord", "orders"]


def test_the_size_of_each_partition_is_told(
    cluster: Cluster, kafka: KafkaCluster, vera: Program, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("sized"))
    produce(kafka, topic, ["a" * 1000])
    (partition,) = vera.get(f"{LOCAL}/topics/{topic}")["partitions"]
    assert partition["size"] > 1000
