"""Three brokers of Kafka 3.4.0 with ZooKeeper: only the controller takes reassignments; tokens are in ZooKeeper."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from clusters.gateway import maintenance
from clusters.gateway.reassigning import partitions
from clusters.models import Job
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.reassignment.moving import filled_topic, preview, replicas_of, run, start, throttles_of
from tests.clusters.users.test_delegation_tokens import value_of
from tests.conftest import known_cluster
from tests.kafka.data import connection_of
from tests.kafka.tools import REASSIGNMENTS, TOKENS, TRANSACTIONS, token_properties, tool
from tests.kafka.waiting import eventually
from tests.kafka.zookeeper import ZooKeeperKafka

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture(scope="module")
def old() -> Iterator[ZooKeeperKafka]:
    """Three brokers and their ZooKeeper."""
    with ZooKeeperKafka(3, heap="256m", settings={"delegation.token.secret.key": "secret"}) as cluster:
        yield cluster


def test_partitions_are_moved_throttled_listed_and_cancelled(
    old: ZooKeeperKafka, admin: Client, unique: Callable[[str], str], tmp_path: Path
) -> None:
    connection = connection_of(old)
    known_cluster(old)
    topic = filled_topic(old, connection, unique("old"), [[1, 2], [2, 1]], size=2_000_000)
    shown = preview(admin, goal="drain", brokers="2", topics=topic, rate="5 MiB", partitions_at_once="1")
    file = tmp_path / "plan.json"
    number = shown.context["job"].pk
    file.write_bytes(admin.get(f"/clusters/local/reassignments/jobs/{number}/json/").content)
    job = run(start(admin, shown))
    assert (job.state, job.failure, job.result["copying"]) == (Job.FINISHED, "", {})
    eventually(lambda: [set(replicas) for replicas in replicas_of(connection, topic)] == [{1, 3}, {1, 3}])
    assert throttles_of(connection, topic) == {}
    verified = tool(old, REASSIGNMENTS, "--reassignment-json-file", str(file), "--verify", "--preserve-throttles")
    assert verified.count("is completed.") == 2

    file.write_text(f'{{"version": 1, "partitions": [{{"topic": "{topic}", "partition": 0, "replicas": [2]}}]}}')
    tool(old, REASSIGNMENTS, "--reassignment-json-file", str(file), "--execute", "--throttle", "1000")
    (item,) = partitions.list_reassignments(connection)
    assert (item.name, item.target, set(item.origin)) == (f"{topic}-0", (2,), {1, 3})
    assert maintenance.count_reassigning(connection) == 1
    path = "/clusters/local/reassignments/cancel/"
    plan = admin.post(path, {"topic": topic, "action": "preview"}).context["plan"]
    assert admin.post(path, {"topic": topic, "action": "apply", "plan": plan.digest}).status_code == 302
    assert partitions.list_reassignments(connection) == []
    eventually(lambda: set(replicas_of(connection, topic)[0]) == {1, 3})


def test_delegation_tokens_are_created_renewed_and_expired_on_each_broker(
    old: ZooKeeperKafka, admin: Client, ada: Program
) -> None:
    known_cluster(old)
    page = "/clusters/local/delegation-tokens/"
    fields = {"owner": "User:devops", "renewers": "User:admin", "lifetime": "PT2H"}
    plan = admin.post(f"{page}new/", {**fields, "action": "preview"}).context["plan"]
    created = admin.post(f"{page}new/", {**fields, "action": "apply", "plan": plan.digest}).content.decode()
    token, hmac = value_of(created, "token"), value_of(created, "hmac")
    (row,) = ada.get(f"{LOCAL}/delegation-tokens")
    assert (row["id"], row["owner"], row["requester"], row["renewers"]) == (
        token, "User:devops", "User:admin", ["User:admin"],
    )  # fmt: skip
    assert token in tool(old, TOKENS, "--describe", "--owner-principal", "User:devops")
    assert "TransactionalId" in tool(old, TRANSACTIONS, "list", properties=token_properties(token, hmac))
    assert token in admin.get("/clusters/local/users/devops/").content.decode()
    assert ada("POST", f"{LOCAL}/delegation-tokens/{token}/renew", {"period": "PT1H"}).status_code == 200
    (renewed,) = ada.get(f"{LOCAL}/delegation-tokens")
    assert renewed["expires_at"] < row["expires_at"]
    assert admin.post(f"{page}{token}/expire/", {"action": "apply"}).status_code == 302
    assert ada.get(f"{LOCAL}/delegation-tokens") == []
    with pytest.raises(RuntimeError):
        tool(old, TRANSACTIONS, "list", properties=token_properties(token, hmac))
    other = ada("POST", f"{LOCAL}/delegation-tokens", {"owner": "User:orders"}).json()["token"]
    assert "Only its owner and its renewers" in ada("DELETE", f"{LOCAL}/delegation-tokens/{other}").text
