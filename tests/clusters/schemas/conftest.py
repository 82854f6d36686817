"""A cluster without Kafka, whose schema registry is a real one, and what is registered there."""

from collections.abc import Callable

import pytest
import requests

from clusters.models import Cluster
from clusters.schemas.tasks import mirror_registries_due, mirror_registry
from tests.registries import local_with_registry
from tests.schema_registry import SchemaRegistry

MONEY = '{"type": "record", "name": "Money", "namespace": "shop", "fields": [{"name": "cents", "type": "long"}]}'
ORDER = """{"type": "record", "name": "Order", "namespace": "shop", "doc": "What was bought.", "fields": [
    {"name": "id", "type": "long", "doc": "Counts up."}, {"name": "total", "type": "shop.Money"}
]}"""
Register = Callable[..., int]


@pytest.fixture
def local(registry: SchemaRegistry, db: None) -> Cluster:
    return local_with_registry(registry.url)


@pytest.fixture
def register(registry: SchemaRegistry) -> Register:
    """Register a schema, and return its id."""

    def registered(
        subject: str, text: str, kind: str = "AVRO", references: tuple[tuple[str, str, int], ...] = ()
    ) -> int:
        body = {
            "schema": text,
            "schemaType": kind,
            "references": [dict(zip(("name", "subject", "version"), each, strict=True)) for each in references],
        }
        response = requests.post(f"{registry.url}/subjects/{subject}/versions", json=body, timeout=10)
        assert response.ok, response.text
        return int(response.json()["id"])

    return registered


def mirror_schemas(cluster: Cluster) -> None:
    """Make one pass over each registry."""
    mirror_registries_due()
    for pk in cluster.registries.values_list("pk", flat=True):
        mirror_registry(pk)
