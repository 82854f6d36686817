"""A record has a page of its own, with its neighbours and what one may copy of it."""

import html
from collections.abc import Callable

import pytest
from confluent_kafka import Producer
from django.test import Client

from clusters.gateway.clients.connection import Connection
from clusters.messages.rendering.copying import kcat
from clusters.models import Cluster
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db


def test_a_record_leads_to_its_neighbours_across_holes(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("record"))
    producer = Producer({**kafka.client_config(), "transactional.id": unique("tx")})
    producer.init_transactions(30)
    for value in ("one", "two"):  # behind each is a marker
        producer.begin_transaction()
        producer.produce(topic, value, "it's <b>", headers=[("source", b"<script>")])
        producer.commit_transaction(30)
    address = f"/clusters/local/topics/{topic}/messages/0"
    raw = admin.get(f"{address}/0/").content.decode()
    page = html.unescape(raw)
    assert "<script>" not in raw.split("</head>")[1].replace("<script src", "")
    for words in ("one", "source", f"-t {topic} -p 0 -o 0 -c 1", "api/v1/clusters/local/topics/", "$KAFKAADMIN_TOKEN"):
        assert words in page
    assert "admin-secret" not in page
    assert admin.get(f"{address}/0/?step=next")["Location"] == f"{address}/2/"
    assert admin.get(f"{address}/2/?step=previous")["Location"] == f"{address}/0/"
    last = admin.get(f"{address}/2/?step=next", follow=True)
    assert (last.redirect_chain[-1][0], "last record" in last.content.decode()) == (f"{address}/2/", True)
    assert "first record" in admin.get(f"{address}/0/?step=previous", follow=True).content.decode()
    gone = admin.get(f"{address}/1/")
    assert (gone.status_code, "There is no record at offset 1 of" in gone.content.decode()) == (404, True)
    assert admin.get(f"{address}/1/?step=next", follow=True).redirect_chain[-1][0].endswith("/2/")
    assert ">Records around it</a>" in gone.content.decode()
    assert admin.get(f"{address}/1/", headers={"HX-Request": "true"}).content.decode().lstrip().startswith("<div")
    assert admin.get(f"{address}/99/").status_code == 404
    assert admin.get(f"/clusters/local/topics/{topic}/messages/7/0/").status_code == 404
    opened = admin.get(f"{address}/0/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in opened
    assert "one" in opened


def test_commands_are_quoted_and_have_no_secrets() -> None:
    connection = Connection("b:9092", "SASL_SSL", "PLAIN", "o'neil; rm", "secret")
    command = kcat(connection, "t", 3, 42)
    assert command == (
        "kcat -C -b b:9092 -X security.protocol=SASL_SSL -X sasl.mechanism=PLAIN "
        "-X 'sasl.username=o'\"'\"'neil; rm' -X sasl.password=\"$KAFKA_PASSWORD\" -t t -p 3 -o 42 -c 1 -e"
    )
    assert kcat(Connection("b:9092"), "t", 0, 0) == "kcat -C -b b:9092 -t t -p 0 -o 0 -c 1 -e"
