"""Every flavour's real answer gives the same truth, and says what it lacks."""

import pytest

from metrics.catalogue import exposition
from metrics.catalogue.promql import MEANING
from metrics.catalogue.samples import totals
from metrics.catalogue.signals import flavour_of, table
from tests.metrics import fixtures

EVERYWHERE = {
    "active_controller": 1,
    "offline_partitions": 0,
    "under_min_isr": 0,
    "under_replicated": 0,
    "at_min_isr": 7,
    "leader_count": 7,
    "partition_count": 7,
    "preferred_imbalance": 0,
    "global_partition_count": 7,
    "unclean_elections": 0,
    "isr_shrinks": 0,
    "broker_state": 3,
    "fenced_brokers": 0,
    "request_queue_size": 0,
    "replica_max_lag": 0,
}
PERCENTILES = {"total_time_produce", "queue_time_produce", "local_time_produce", "remote_time_produce"}
LACKING = {
    "bitnami": PERCENTILES | {"offline_log_dirs", "connections", "jvm_gc_seconds", "raft_current_leader"},
    "jmx_example": {"connections"},
    "confluent": {"raft_state", "metadata_load_errors"},
    "strimzi": set(),
    "raw": {"raft_state"},
    "raw_lower": {"raft_state"},
}


def values(name: str) -> dict[tuple[str, str], float]:
    signals = list(table().values())
    selectors = {selector for signal in signals for selector in signal.of(fixtures.flavour(name))}
    return totals(signals, fixtures.flavour(name), exposition.samples(fixtures.text(name), selectors))


@pytest.mark.parametrize("name", fixtures.NAMES)
def test_the_flavour_is_recognised(name: str) -> None:
    assert flavour_of(exposition.names(fixtures.text(name))) == fixtures.flavour(name)


@pytest.mark.parametrize("name", fixtures.NAMES)
def test_signals_have_the_values_of_the_broker_that_was_asked(name: str) -> None:
    readings = values(name)
    assert {signal: readings[signal, ""] for signal in EVERYWHERE} == EVERYWHERE
    assert 0 < readings["request_handler_idle", ""] <= 1
    assert readings["bytes_in", ""] == pytest.approx(653_100, abs=100)
    by_topic = {topic: value for (signal, topic), value in readings.items() if signal == "bytes_in_by_topic"}
    assert sum(by_topic.values()) == pytest.approx(readings["bytes_in", ""], rel=0.01)


@pytest.mark.parametrize("name", fixtures.NAMES)
def test_no_label_by_which_exporters_tell_series_apart_is_lost_in_a_query(name: str) -> None:
    selectors = {selector for signal in table().values() for selector in signal.of(fixtures.flavour(name))}
    samples = exposition.samples(fixtures.text(name), selectors)
    assert {label for sample in samples for label in sample.labels} <= set(MEANING)


@pytest.mark.parametrize("name", fixtures.NAMES)
def test_what_a_flavour_lacks_is_told_and_never_zero(name: str) -> None:
    flavour, signals = fixtures.flavour(name), {signal for signal, _ in values(name)}
    assert not LACKING[flavour] & signals
    if flavour != "bitnami":
        assert signals >= PERCENTILES


def test_the_same_broker_says_the_same_under_every_set_of_rules() -> None:
    for version in ("34", "40"):
        readings = [values(f"{name}_{version}") for name in ("strimzi", "confluent", "example", "raw", "rawlower")]
        for signal in ("total_time_produce", "leader_count", "bytes_in", "messages_in", "requests_produce"):
            assert len({reading[signal, ""] for reading in readings}) == 1, signal


def test_versions_of_a_request_are_added_up() -> None:
    assert values("bitnami_34")["requests_produce", ""] == values("raw_34")["requests_produce", ""] > 0


@pytest.mark.parametrize(
    ("signal", "metric"),
    [
        ("bytes_in", "kafka_server_brokertopicmetrics_bytesinpersec_total"),
        ("unclean_elections", "kafka_controller_controllerstats_uncleanleaderelectionspersec_total"),
        ("raft_current_leader", "kafka_server_raft_metrics_current_leader"),
        ("under_replicated", "kafka_server_replicamanager_underreplicatedpartitions"),
        ("network_processor_idle", "kafka_network_socketserver_networkprocessoravgidlepercent"),
    ],
)
def test_strimzis_metrics_reporter_has_names_of_its_own(signal: str, metric: str) -> None:
    seen = {"kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_total", metric}
    assert [selector.metric for selector in table()[signal].of(flavour_of(seen))] == [metric]


def test_a_share_that_the_reporter_counts_in_nanoseconds_is_not_taken_for_one() -> None:
    assert table()["request_handler_idle"].of("strimzi_reporter") == ()


def test_names_of_labels_may_be_lower_case_too() -> None:
    selectors = table()["purgatory_produce"].of("raw_lower")
    assert any(selector.picks({"name": "PurgatorySize", "delayedoperation": "Produce"}) for selector in selectors)
