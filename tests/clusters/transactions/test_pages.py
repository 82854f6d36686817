"""Transactions on pages and through the API, beside what kafka-transactions says, on a real Kafka."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.tools import TRANSACTIONS, tool

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
PAGES = "/clusters/local/transactions/"


@pytest.fixture
def opened(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> Iterator[tuple[str, str]]:
    """A transactional id with an open transaction on a topic."""
    topic, name = known_topic(kafka, unique("tx"), partitions=2), unique("o<b>r/ders")
    producer = Producer({**kafka.client_config(), "transactional.id": name})
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(topic, b"one", partition=1)
    producer.flush(20)
    yield name, topic
    producer.abort_transaction(20)


def test_what_is_shown_is_what_kafka_transactions_says(
    kafka: KafkaCluster, admin: Client, ada: Program, opened: tuple[str, str]
) -> None:
    name, topic = opened
    page = admin.get(PAGES, {"q": name}).content.decode()
    assert "<b>r" not in page
    assert "Ongoing" in page
    (item,) = ada.get(f"{LOCAL}/transactions?{urlencode({'q': name})}")["items"]
    assert ada.get(f"{LOCAL}/transactions?{urlencode({'q': name, 'state': 'Empty'})}")["items"] == []
    described = tool(kafka, TRANSACTIONS, "describe", "--transactional-id", name).splitlines()
    said = dict(zip(re.split(r"\s+", described[0].strip()), re.split(r"\t\s*", described[1].strip()), strict=False))
    detail = ada.get(f"{LOCAL}/transactions/ids/{name.replace('/', '%2F').replace('<', '%3C').replace('>', '%3E')}")
    shown = {
        "CoordinatorId": item["coordinator"], "TransactionalId": name, "ProducerId": detail["producer_id"],
        "ProducerEpoch": detail["producer_epoch"], "TransactionState": detail["state"],
    }  # fmt: skip
    assert {key: str(value) for key, value in shown.items()} == {key: said[key].strip() for key in shown}
    assert detail["partitions"] == [{"topic": topic, "partition": 1}]
    own = admin.get(f"{PAGES}ids/{name.replace('/', '%2F')}/").content.decode()
    assert f"{topic}-1" in own
    producers = admin.get(f"{PAGES}producers/", {"topic": topic}).content.decode()
    assert str(detail["producer_id"]) in producers
    assert "Abort…" in producers
    (state,) = ada.get(f"{LOCAL}/topics/{topic}/producers?partition=1")["items"]
    line = tool(kafka, TRANSACTIONS, "describe-producers", "--topic", topic, "--partition", "1").splitlines()[1].split()
    assert line[:2] == [str(state["producer_id"]), str(state["epoch"])]
    assert line[-1] == str(state["open_since"])
    # It is open, and its coordinator knows: so it does not hang, however long it is open.
    assert ada.get(f"{LOCAL}/transactions/hanging?topic={topic}&minutes=0")["items"] == []
    assert "No hanging transactions" in admin.get(f"{PAGES}hanging/", {"topic": topic, "minutes": "0"}).content.decode()
    assert admin.get(f"{PAGES}ids/nobody/").status_code == 404


def test_an_open_transaction_is_aborted_after_a_warning(
    kafka: KafkaCluster, admin: Client, ada: Program, opened: tuple[str, str], unique: Unique
) -> None:
    _, topic = opened
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    path = f"{PAGES}abort/?topic={topic}&partition=1&start_offset=0"
    plan = admin.get(path).context["plan"]
    assert "does not hang" in plan.warnings[1]
    body = {"partition": 1, "start_offset": 0}
    assert ada("POST", f"{LOCAL}/topics/{topic}/abort-transaction?dry_run=true", body).json()["plan"] == plan.digest
    assert ada("POST", f"{LOCAL}/topics/{topic}/abort-transaction", body).status_code == 422
    assert admin.post(path, {"plan": plan.digest, "confirm": "x"}).status_code == 422
    assert stable_end(kafka, topic, unique("c")) == 0
    assert admin.post(path, {"plan": plan.digest, "confirm": topic}).status_code == 302
    assert stable_end(kafka, topic, unique("c")) == 2
    assert AuditEntry.objects.get(action="transactions.abort").outcome == "done"
    assert admin.get(path).status_code == 404
    assert admin.get(f"{PAGES}abort/?topic={topic}").status_code == 404


def stable_end(kafka: KafkaCluster, topic: str, group: str) -> int:
    """Return the last stable offset of partition 1, behind which consumers that read what is committed get nothing."""
    consumer = Consumer({**kafka.client_config(), "group.id": group, "isolation.level": "read_committed"})
    _, high = consumer.get_watermark_offsets(TopicPartition(topic, 1), timeout=10)
    consumer.close()
    return int(high)


def test_only_what_a_grant_covers_is_shown(cluster: Cluster, opened: tuple[str, str], unique: Unique) -> None:
    name, topic = opened
    pat = User.objects.create_user("pat")
    Grant.objects.create(user=pat, role="viewer", resources="team-*")
    client = signed_in(pat)
    assert name not in client.get(PAGES).content.decode()
    assert client.get(f"{PAGES}producers/", {"topic": topic}).status_code == 403
    assert client.get(f"{PAGES}hanging/", {"topic": topic}).status_code == 403
    assert client.get(f"{PAGES}ids/{name.replace('/', '%2F')}/").status_code == 403
    assert "No hanging transactions" in client.get(f"{PAGES}hanging/", {"find": "1"}).content.decode()
