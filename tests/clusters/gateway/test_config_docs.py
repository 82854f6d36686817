"""What brokers say about configs."""

from collections.abc import Callable, Iterator

import pytest

from clusters.configs import documentation as cached
from clusters.configs.documentation import documentation, plain_text
from clusters.gateway import cluster_defaults, config_docs, configs, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import BROKER, TOPIC
from clusters.gateway.errors import TOO_OLD, Unsupported
from clusters.gateway.topics import NewTopic
from clusters.models import Cluster, Mirror
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
SEGMENT_MS, INTERVAL = "log.roll.ms", "log.index.interval.bytes"


def test_a_topics_and_a_brokers_configs_are_documented(connection: Connection, unique: Unique) -> None:
    name = unique("documented")
    topics.create(connection, NewTopic(name, 1, 1, {}))
    retention = eventually(lambda: config_docs.describe(connection, TOPIC, name)["retention.ms"])
    assert "retain" in retention.text
    assert retention.type == "LONG"
    for broker in ("1", ""):
        docs = config_docs.describe(connection, BROKER, broker)
        assert docs["log.cleanup.policy"].type == "LIST"
        assert docs["ssl.keystore.password"].type == "PASSWORD"


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Begin and end without documentation that was kept."""
    cached._kept.clear()
    yield
    cached._kept.clear()


@pytest.mark.django_db
def test_documentation_is_asked_for_once_a_version(
    cluster: Cluster, unique: Unique, monkeypatch: pytest.MonkeyPatch, forgotten: None
) -> None:
    Mirror.objects.update_or_create(cluster=cluster, defaults={"version": "4.4"})
    docs = documentation(cluster, BROKER, "1", {"num.io.threads"})
    assert "threads" in docs["num.io.threads"].text
    assert "<" not in docs["log.cleanup.policy"].text

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(config_docs, "describe", refuse)
    assert documentation(cluster, BROKER, "2", {"num.io.threads"}) == docs
    Mirror.objects.update(version="4.5")
    with pytest.raises(AssertionError):
        documentation(cluster, BROKER, "2", {"num.io.threads"})


@pytest.mark.django_db
def test_where_brokers_say_nothing_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, forgotten: None) -> None:
    cluster = Cluster.objects.create(slug="old", name="old", bootstrap_servers="127.0.0.1:1")

    def refuse(*_: object, **__: object) -> None:
        raise Unsupported("Kafka does not know this request.", TOO_OLD)

    monkeypatch.setattr(config_docs, "describe", refuse)
    assert documentation(cluster, BROKER, "1", {"num.io.threads"}) == {}


def test_documentation_is_text() -> None:
    assert plain_text("The <code>delete</code> policy &amp; <a href='#x'>more</a>.\n<p>Second") == (
        "The delete policy & more. Second"
    )


def test_what_holds_for_all_brokers_leaves_out_what_one_has_of_its_own(connection: Connection) -> None:
    def default() -> tuple[str | None, str | None, str]:
        (entry,) = (entry for entry in cluster_defaults.describe(connection) if entry.name == INTERVAL)
        return entry.value, entry.default, entry.source

    before = default()
    assert before[2] == "DEFAULT_CONFIG"
    try:
        for broker in (1, 2, 3):
            configs.alter_broker(connection, broker, set={INTERVAL: "14999"})
        assert default() == before
        configs.alter_broker(connection, None, set={INTERVAL: "14998"})
        eventually(lambda: default() == ("14998", before[0], "DYNAMIC_DEFAULT_BROKER_CONFIG"))
        (own,) = (entry for entry in configs.describe_broker(connection, 1) if entry.name == INTERVAL)
        assert (own.value, own.default) == ("14999", "14998")
    finally:
        for resource in (1, 2, 3, None):
            configs.alter_broker(connection, resource, set={}, delete=[INTERVAL])


def test_a_default_in_another_unit_is_converted(connection: Connection) -> None:
    try:
        configs.alter_broker(connection, 3, set={SEGMENT_MS: "604800001"})
        (entry,) = (entry for entry in configs.describe_broker(connection, 3) if entry.name == SEGMENT_MS)
        assert entry.default == "604800000"
    finally:
        configs.alter_broker(connection, 3, set={}, delete=[SEGMENT_MS])
