"""Which topics use a schema is known by the records that were read, where the subject's name does not say it."""

import json
from collections.abc import Callable

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from django.test import Client

from clusters.models import Cluster, SchemaUse, Subject, Topic
from core.web.paths import reverse
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.messages.test_pages import kept_topic, read, write
from tests.clusters.messages.test_registry import with_registry as with_registry  # a fixture
from tests.clusters.schemas.conftest import mirror_schemas
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster
from tests.registries import set_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def test_a_schema_named_by_its_record_is_found_in_the_topics_that_have_it(
    admin: Client, kafka: KafkaCluster, with_registry: Cluster, registry: SchemaRegistry, unique: Unique
) -> None:
    topic, record = kept_topic(kafka, unique("orders")), unique("Order").replace("-", "_")
    Topic.objects.create(cluster=with_registry, name=topic, partitions=1, replication=1)
    schema = {"type": "record", "name": record, "namespace": "shop", "fields": [{"name": "id", "type": "long"}]}
    serializer = AvroSerializer(
        SchemaRegistryClient({"url": registry.url}), Schema(json.dumps(schema), "AVRO"),
        conf={"subject.name.strategy": record_subject_name_strategy},
    )  # fmt: skip
    write(kafka, topic, [{"value": serializer({"id": 7}, SerializationContext(topic, MessageField.VALUE))}])
    subject = f"shop.{record}"
    mirror_schemas(with_registry)
    pages = [f"/clusters/local/schemas/{subject}/", f"/clusters/local/schemas/?q={subject}"]
    assert not [page for page in pages if topic in admin.get(page).content.decode()]

    assert '{"id": 7}' in read(admin, topic)
    pages.append(reverse("schema-id", "local", Subject.objects.get(name=subject).schema_id))
    link = f'href="/clusters/local/topics/{topic}/"'
    assert not [page for page in pages if link not in admin.get(page).content.decode()]
    assert subject in admin.get(f"/clusters/local/topics/{topic}/").content.decode()
    uses = program_of(person("bob")).get(f"{LOCAL}/schemas/{subject}")["seen_in"]
    assert [use["topic"] for use in uses] == [topic]
    stranger = signed_in(person("pat", resources="shop.*"))
    assert not [page for page in pages if topic in stranger.get(page).content.decode()]


def test_ids_of_another_registry_say_nothing(local: Cluster, registry: SchemaRegistry) -> None:
    mirror_schemas(local)
    row = local.registries.get()
    SchemaUse.objects.create(cluster=local, registry=row, topic="orders", schema_id=1, seen_at="2026-11-30T00:00Z")
    set_registry(local, f"{registry.url}/")
    mirror_schemas(local)
    assert not SchemaUse.objects.exists()
