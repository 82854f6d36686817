"""Times and sizes as people write them, and as Kafka takes them."""

import pytest

from clusters.configs.units import hint, in_kafkas_unit


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("retention.ms", "7 d", "604800000"),
        ("retention.ms", "7d", "604800000"),
        ("retention.ms", "1 h 30 min", "5400000"),
        ("retention.ms", "1.5 s", "1500"),
        ("segment.ms", " 250 ms ", "250"),
        ("offsets.retention.minutes", "7 d", "10080"),
        ("log.retention.hours", "7 d", "168"),
        ("controller.quota.window.size.seconds", "1 min", "60"),
        ("segment.bytes", "1 GiB", "1073741824"),
        ("segment.bytes", "10 MiB", "10485760"),
        ("segment.bytes", "0.5 KiB", "512"),
        ("leader.replication.throttled.rate", "5 MiB", "5242880"),
        ("log.cleaner.io.max.bytes.per.second", "1 KiB", "1024"),
    ],
)
def test_an_amount_with_its_unit_is_what_kafka_takes(name: str, text: str, value: str) -> None:
    assert in_kafkas_unit(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("retention.ms", "604800000"),
        ("retention.ms", "-1"),
        ("retention.ms", "7 days"),
        ("retention.ms", "1 GiB"),
        ("retention.ms", "7 d and more"),
        ("retention.ms", "0.1 ms"),
        ("log.retention.hours", "90 min"),
        ("segment.bytes", "7 d"),
        ("segment.bytes", "1 GB"),
        ("segment.bytes", ""),
        ("segment.bytes", f"{'9' * 5000} TiB"),
        ("cleanup.policy", "1 d"),
        ("num.io.threads", "8"),
    ],
)
def test_what_is_no_amount_of_the_configs_kind_is_left_to_kafka(name: str, text: str) -> None:
    assert in_kafkas_unit(name, text) == text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("retention.ms", "604800000", "7 d"),
        ("retention.ms", "-1", "unlimited"),
        ("retention.ms", "250", ""),
        ("log.retention.hours", "168", "7 d"),
        ("flush.ms", "9223372036854775807", "unlimited"),
        ("segment.bytes", "1073741824", "1.0 GiB"),
        ("index.interval.bytes", "4096", "4.0 KiB"),
        ("max.message.bytes", "1000", ""),
        ("num.io.threads", "8000", ""),
        ("cleanup.policy", "delete", ""),
        ("retention.ms", None, ""),
        ("retention.ms", "", ""),
    ],
)
def test_a_number_has_its_unit_beside_it(name: str, value: str | None, words: str) -> None:
    assert hint(name, value) == words
