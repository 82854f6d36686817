"""Records in other formats than text, on a real Kafka: on pages, by the API, and as they are set for a topic."""

import html
import struct
from collections.abc import Callable

import msgpack
import pytest
from confluent_kafka import Producer
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry
from clusters.models import Cluster
from tests.api.conftest import LOCAL, program_of
from tests.clusters.messages.test_pages import address, kept_topic, read, write
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def packed(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    topic = kept_topic(kafka, unique("packed"))
    value = msgpack.packb({"name": "<b>ü</b>", "n": [1, 2]})
    return write(kafka, topic, [{"key": struct.pack(">q", 7), "value": value}])


def test_a_page_shows_what_bytes_say_and_why(admin: Client, packed: str) -> None:
    page = read(admin, packed)
    assert '{"name": "<b>ü</b>", "n": [1, 2]}' in page
    assert "The whole of it is a map of MessagePack." in page
    assert "it may be: Long 7" in page
    assert "<b>ü</b>" not in admin.get(address(packed)).content.decode()


def test_another_format_is_chosen_in_the_address(admin: Client, packed: str) -> None:
    page = read(admin, packed, key_format="long", value_format="cbor")
    assert "Not decoded as CBOR: " in page
    assert "82 a4 6e 61 6d 65" in page
    assert '<option value="long" selected>' in page
    read(admin, packed, status=422, value_format="nonsense")


def test_formats_are_set_for_topics_and_recorded(admin: Client, cluster: Cluster, packed: str) -> None:
    fields = {
        "name": "local", "bootstrap_servers": cluster.bootstrap_servers, "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512", "username": cluster.username, "verify_hostname": "on",
        "registry_verify": "on",
    }  # fmt: skip
    refused = admin.post("/clusters/local/edit/", fields | {"formats": "packed-* key=nonsense", "action": "save"})
    assert "there is no format nonsense" in html.unescape(refused.content.decode())
    admin.post("/clusters/local/edit/", fields | {"formats": "packed-* key=long value=hex", "action": "save"})
    (step,) = AuditEntry.objects.get(action="clusters.edit").steps
    assert step == {"subject": "formats", "before": None, "after": "packed-* key=long value=hex"}
    page = read(admin, packed)
    assert "Set for topics packed-*." in page
    assert "it may be" not in page


def test_the_api_returns_the_decoded_value(packed: str) -> None:
    program = program_of(User.objects.create_superuser("bob"))
    path = f"{LOCAL}/topics/{packed}/messages"
    (record,) = program.get(f"{path}?key_format=long")["items"]
    assert record["key"]["decoded"] == 7
    assert record["value"]["decoded"] == {"name": "<b>ü</b>", "n": [1, 2]}
    assert record["value"]["format"] == "msgpack"
    assert record["value"]["base64"]
    assert program("GET", f"{path}?key_format=nonsense").status_code == 422


def test_kafkas_own_topic_is_read(admin: Client, kafka: KafkaCluster, packed: str, unique: Unique) -> None:
    group = unique("format-group")
    commit(kafka, group, {(packed, 0): 1})

    def page_with_it() -> str:
        page = str(read(admin, "__consumer_offsets", contains=group))
        return page if f'{{"group": "{group}", "topic": "{packed}", "partition": 0}}' in page else ""

    page = eventually(
        page_with_it, timeout=60
    )  # all its fifty partitions are searched, which a busy machine may not finish
    assert "OffsetCommit, version" in page
    assert '"offset": 1' in page


def test_every_record_of_kafkas_own_topics_is_known(kafka: KafkaCluster, packed: str, unique: Unique) -> None:
    producer = Producer({**kafka.client_config(), "transactional.id": unique("tx")})
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(packed, b"x")
    producer.commit_transaction(20)
    for protocol in ("classic", "consumer"):
        with consumer(kafka, unique(f"format-{protocol}"), [packed], protocol=protocol):
            pass
    program = program_of(User.objects.create_superuser("bob"))
    for topic, kinds in (
        ("__transaction_state", {"TransactionLog"}),
        ("__consumer_offsets", {"GroupMetadata", "ConsumerGroupMetadata", "ConsumerGroupCurrentMemberAssignment"}),
    ):
        records = program.get(f"{LOCAL}/topics/{topic}/messages?limit=500")["items"]
        parts = [record[part] for record in records for part in ("key", "value") if record[part]["size"] is not None]
        assert [part for part in parts if part["problem"]] == []
        assert {part["format"] for part in parts} == {"kafka"}
        assert kinds <= {part["note"].partition(",")[0] for part in parts}
