"""A field that there is not is refused: ignored, a misspelt one that narrows a change down would widen it to all."""

from typing import Any

import pytest

from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("topics/orders/messages/delete", {"before": "end", "partition": "0"}, "partition"),
        ("groups/billing/reset", {"to": "earliest", "topics": ["orders"]}, "topics"),
        ("reassignments", {"goal": "drain", "brokers": [1], "topic": "orders"}, "topic"),
        ("topics/orders/messages/copy", {"source": {"topic": "a", "from_offset": 7}}, "source.from_offset"),
        ("topics/orders/messages", {"value": "x", "headers": [{"name": "a", "text": "b"}]}, "headers.0.text"),
        ("manifest", {"text": "topics: {}", "throttle": 1024}, "throttle"),
    ],
)
def test_a_field_that_there_is_not_is_named(ada: Program, path: str, body: dict[str, Any], name: str) -> None:
    Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    response = ada("POST", f"{LOCAL}/{path}?dry_run=true", body)
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [name]
