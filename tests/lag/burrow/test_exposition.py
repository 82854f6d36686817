from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from clusters.models import Cluster, Mirror
from lag.burrow import exposition
from lag.models import Shard, Source, WatchedGroup
from tests.lag.burrow.conftest import HOSTILE

pytestmark = pytest.mark.django_db
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    """Let everybody scrape."""
    settings.PUBLIC_METRICS = True


def scraped() -> Series:
    """Return the series that Prometheus' own parser finds."""
    text = Client().get("/metrics").content.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(series: Series, name: str, **labels: str) -> float | None:
    return series.get((name, frozenset(labels.items())))


def test_burrows_series_are_there_by_name_and_label(stored: Cluster) -> None:
    series = scraped()
    group = {"cluster": "c", "consumer_group": "g1"}
    assert of(series, "burrow_kafka_consumer_lag_total", **group) == 100
    assert of(series, "burrow_kafka_consumer_status", **group) == 3
    first = {**group, "topic": "orders", "partition": "0"}
    assert of(series, "burrow_kafka_consumer_partition_lag", **first) == 100
    assert of(series, "burrow_kafka_consumer_current_offset", **first) == 900
    assert of(series, "burrow_kafka_topic_partition_status", **first) == 5
    third = first | {"partition": "2"}
    assert of(series, "burrow_kafka_consumer_partition_lag", **third) == 0
    assert of(series, "burrow_kafka_consumer_current_offset", **third) is None
    assert of(series, "burrow_kafka_topic_partition_status", **third) is None
    assert of(series, "burrow_kafka_topic_partition_offset", cluster="c", topic="orders", partition="1") == 1000
    assert of(series, "burrow_kafka_topic_partition_offset", cluster="c", topic="orders", partition="2") is None


def test_our_own_series_are_beside_them(stored: Cluster) -> None:
    series = scraped()
    assert of(series, "kafkaadmin_group_lag_seconds", cluster="c", consumer_group="g1") == 12.5
    assert of(series, "kafkaadmin_lag_ticks_total", cluster="c", shard="0") == 1
    assert of(series, "kafkaadmin_group_lost_records", cluster="c", consumer_group="g1") == 0


def test_any_name_is_escaped(stored: Cluster) -> None:
    assert of(scraped(), "burrow_kafka_consumer_status", cluster="c", consumer_group=HOSTILE) == 1


def test_series_go_with_their_subject(stored: Cluster) -> None:
    assert any(("consumer_group", "g1") in labels for _, labels in scraped())
    WatchedGroup.objects.filter(name="g1").delete()
    assert not any(("consumer_group", "g1") in labels for _, labels in scraped())


def test_a_tick_renews_what_was_kept(stored: Cluster) -> None:
    scraped()
    WatchedGroup.objects.filter(name="g1").update(total_lag=7)
    Shard.objects.update(ticks=2)
    assert of(scraped(), "burrow_kafka_consumer_lag_total", cluster="c", consumer_group="g1") == 7


def test_a_topic_that_is_forgotten_leaves_at_once(stored: Cluster, settings: Any) -> None:
    settings.PUBLIC_LAG_API, settings.LAG_API_TOKEN = True, "let-me-in"
    assert groups_of_topic("orders") == {"g1"}
    headers = {"Authorization": "Bearer let-me-in"}
    assert Client().delete("/v3/kafka/c/consumer/g1/topic/orders", headers=headers).status_code == 200
    assert groups_of_topic("orders") == set()
    assert "g1" in groups_of_topic("pay")


def groups_of_topic(topic: str) -> set[str]:
    """Return the groups that have a lag on a topic."""
    places = [dict(labels) for name, labels in scraped() if name == "burrow_kafka_consumer_partition_lag"]
    return {place["consumer_group"] for place in places if place["topic"] == topic}


def test_a_cluster_that_is_renamed_has_its_new_name_at_once(stored: Cluster) -> None:
    assert of(scraped(), "kafkaadmin_lag_ticks_total", cluster="c", shard="0") == 1
    Cluster.objects.update(name="renamed")
    assert {dict(labels).get("cluster", "renamed") for _, labels in scraped()} == {"renamed"}


def test_a_cluster_that_is_added_during_a_scrape_is_not_in_it(stored: Cluster) -> None:
    Mirror.objects.create(cluster=stored)
    Source.objects.create(cluster=stored, partition=0, position=1, end=2)
    assert "".join(exposition.lines())
    scrape = exposition.burrows({}, [])
    assert "burrow_kafka_topic_partition_offset" not in "".join(scrape)
    assert 'cluster="' not in "".join(exposition.ours({}, []))
