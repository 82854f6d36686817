"""Requests made up from the description, valid and not: nothing fails, and every answer is as described.

They go to the application on a real Kafka. What would change something is asked for as a dry run.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from confluent_kafka.admin import AdminClient
from django.contrib.auth.models import Group, User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from accounts.models import Grant
from api.docs import schema
from clusters.messages.insight.tally import Tally
from clusters.models import Broker, Cluster, Job
from core.encryption import SecretValues
from metrics.models import AlertRule, Channel, FindingRow, Notice
from tests.api.conftest import Program
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic

pytestmark = pytest.mark.django_db
EXAMPLES = 4
ALIKE = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
SLOW = {  # they try to reach what was made up
    "/api/v1/cluster-tests", "/api/v1/clusters/{cluster}/test", "/api/v1/clusters/{cluster}/metrics-settings/test",
    "/api/v1/channel-tests", "/api/v1/channels/{channel}/test",
}  # fmt: skip
AT_ONCE = {"/api/v1/clusters/{cluster}/refresh"}  # has nothing to try
KNOWN = {
    "cluster": ["local"], "topic": ["made-up", "described", "a/b", "new"], "group": ["made-up", "readers", ".."],
    "tab": ["overview", "topics", "made-up"], "channel": ["ops", "made-up", "a/b"],
    "rule": ["late", "made-up"], "person": ["ada", "made-up"],
    "team": ["team", "made-up", ".."], "job": [1, 2], "finding": [1, 2], "grant": [1, 2],
    "company_group": [1, 2], "broker": [1, 99],
}  # fmt: skip


def harmless() -> dict[str, Any]:
    """Return the description, for the cluster of these tests, with nothing but dry runs."""
    description = deepcopy(schema())
    for path in SLOW | AT_ONCE:
        del description["paths"][path]
    for item in description["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in KNOWN:
                    parameter["schema"] = {"enum": KNOWN[parameter["name"]]}
                if parameter["name"] == "dry_run":
                    parameter.update(required=True, schema={"const": True})
    return description


def operations() -> dict[str, Any]:
    """Return the operations by their name."""
    made = schemathesis.openapi.from_dict(harmless())
    made.app = get_wsgi_application()
    all_operations: list[Any] = [result.ok() for result in made.get_all_operations()]  # type: ignore[union-attr]
    return {operation.label: operation for operation in all_operations}


OPERATIONS = operations()


@pytest.fixture(scope="module")
def described(kafka: KafkaCluster) -> None:
    """Have a topic and a group by the names that are asked for."""
    if "described" not in AdminClient(kafka.client_config()).list_topics(timeout=10).topics:
        create_topic(kafka, "described")
        commit(kafka, "readers", {("described", 0): 0})


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the connection that has the test's transaction, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_the_answer_is_as_described(
    cluster: Cluster, described: None, ada: Program, label: str, mode: GenerationMode
) -> None:
    operation = OPERATIONS[label]
    prepare_ours(cluster)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        if "dry_run" in str(operation.query):
            case.query = {**(case.query or {}), "dry_run": "true"}
        if "{cluster}" in label:
            case.path_parameters = {**case.path_parameters, "cluster": "local"}
        response = case.call(headers={"Authorization": f"Bearer {ada.secret}"})
        assert response.status_code != 500, response.content
        case.validate_response(response, checks=ALIKE)

    try:
        send()
    except Exception as error:
        if "Cannot generate" in str(error) or "Unsatisfiable" in type(error).__name__:
            pytest.skip("nothing wrong can be sent to it")
        raise


def prepare_ours(cluster: Cluster) -> None:
    """Have a broker, a finding, a channel that was told of it, a group of people and a grant."""
    Broker.objects.create(cluster=cluster, broker_id=1)
    address: dict[str, Any] = {"secrets": SecretValues(url="json://127.0.0.1:1")}
    AlertRule.objects.create(name="late", threshold=1)
    channel, now = Channel.objects.create(name="ops", **address), timezone.now()
    times = {"since": now, "opened_at": now, "seen_at": now}
    finding = FindingRow.objects.create(pk=1, cluster=cluster, rule="no-leader", severity="critical", **times)
    Notice.objects.create(channel=channel, finding=finding, event="opened")
    team = Group.objects.create(name="team")
    team.user_set.set(User.objects.all())
    Grant.objects.create(pk=1, group=team)
    Job.objects.create(
        pk=1, cluster=cluster, kind="insight", action="messages.view", resource="described", title="Insight",
        username="ada", needs=[], state=Job.FINISHED, parameters={"topic": "described", "last": None},
        result={**Tally().result(), "codecs": [("zstd", 1)], "unreadable": {}},
    )  # fmt: skip
