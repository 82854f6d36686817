"""The command line, against the application as it is served, on a real Kafka."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from confluent_kafka import Producer
from django.utils import timezone

from clusters.gateway import topics as kafka
from clusters.gateway.access import users
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from kafkaadmin.cli import main
from metrics.models import FindingRow
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import Program
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)
Unique = Callable[[str], str]


def test_topics_from_creating_to_deleting(run: Run, connection: Connection, unique: Unique) -> None:
    name = unique("cli")
    create = ("topics", "create", name, "--partitions", "2", "--replication-factor", "1")
    assert "planned" in done(run(*create, "--config", "retention.ms=60000", "--dry-run"))
    assert f"done: topic {name}" in done(run(*create, "--config", "retention.ms=60000"))
    assert name in done(run("topics", "list", "--search", name))
    like = eventually(lambda: done(run("topics", "create", f"{name}.2", "--like", name, "--dry-run")))
    assert "2 partitions" in like
    assert "retention.ms" in like
    assert run("topics", "create", f"{name}.2", "--partitions", "1").exit_code == 2
    assert [json.loads(line)["name"] for line in done(run("topics", "list", "--search", name, "--json")).splitlines()]
    eventually(lambda: "retention.ms  60000" in done(run("topics", "show", name)))
    done(run("topics", "configure", name, "--config", "retention.ms=70000"))
    done(run("topics", "partitions", name, "3"))
    eventually(lambda: len(kafka.describe(connection, name).partitions) == 3)

    def retention() -> set[str]:
        topic: Any = json.loads(done(run("topics", "show", name, "--json")))
        return {config["value"] for config in topic["configs"] if config["name"] == "retention.ms"}

    eventually(lambda: retention() == {"70000"})
    purge = ("topics", "delete-records", name)
    assert (run(*purge).exit_code, run(*purge, "--all", "--before-offset", "1").exit_code) == (2, 2)
    done(run("topics", "produce", name, "--value", "v", "--partition", "1"))
    assert f"planned: {name}-1: log start offset: 0 → 1" in done(run(*purge, "--all", "--dry-run"))
    assert f"done: {name}-1: log start offset: 0 → 1" in done(run(*purge, "--before-offset", "1"))
    assert "removed" in done(run("topics", "delete", name))
    eventually(lambda: run("topics", "show", name).exit_code == 1)
    again = run("topics", "delete", name)
    assert (again.exit_code, f"There is no topic {name}." in again.stderr) == (1, True)


def test_brokers_and_their_configs(run: Run, cluster: Cluster) -> None:
    mirror(cluster)
    assert [json.loads(line)["broker_id"] for line in done(run("brokers", "list", "--json")).splitlines()] == [1, 2, 3]
    assert "total bytes" in done(run("brokers", "show", "1")).lower().replace("-", " ")
    shown = done(run("brokers", "quorum"))
    assert re.search(r"leader: [123]\n", shown)
    assert "metadata.version" in shown
    assert "planned: broker 3: registered → removed" in done(run("brokers", "unregister", "3", "--dry-run"))
    name = "log.cleaner.io.buffer.load.factor"
    try:
        for broker in ("3", "all"):
            change = ("brokers", "configure", broker, "--config", f"{name}=0.8")
            assert f"planned: {name}: 0.9 → 0.8" in done(run(*change, "--dry-run"))
            assert f"done: {name}: 0.9 → 0.8" in done(run(*change))
            assert f"{name}  0.8" in re.sub(" +", "  ", done(run("brokers", "configs", broker)))
            assert "0.8 → 0.9 (default)" in done(run("brokers", "configure", broker, "--reset", name))
    finally:
        for broker in ("3", "all"):
            run("brokers", "configure", broker, "--reset", name)
    assert run("brokers", "configure", "three", "--reset", name).exit_code == 2
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    refused = run("brokers", "configure", "3", "--config", f"{name}=0.8")
    assert (refused.exit_code, "local" in refused.stderr) == (1, True)


def test_alert_rules_from_adding_to_deleting(run: Run) -> None:
    add = ("rules", "add", "late", "--kind", "lag", "--threshold", "10000", "--resources", "billing-*")
    assert "planned: condition: Lag above 10,000 for at least 5 min" in done(run(*add, "--dry-run"))
    assert "done: name: late" in done(run(*add))
    assert "billing-*" in done(run("rules", "list"))
    assert "done: state: on → off" in done(run("rules", "change", "late", "--off", "--rename", "very late"))
    assert "enabled: no" in done(run("rules", "show", "very late"))
    assert "removed" in done(run("rules", "delete", "very late"))
    assert run("rules", "show", "very late").exit_code == 1


def test_groups_and_their_lag(run: Run, cluster: Cluster, kafka: KafkaCluster, unique: Unique) -> None:
    topic, group = create_topic(kafka, unique("cli")), unique("..")
    produce(kafka, topic, ["a", "b"])
    commit(kafka, group, {(topic, 0): 1})
    mirror(cluster)
    assert group in done(run("groups", "list"))
    assert "lag: 1" in done(run("groups", "show", group))
    deletion = ("groups", "delete-offsets", group, "--topic", f"{topic}:0")
    assert f"planned: {topic}-0: 1 → removed" in done(run(*deletion, "--dry-run"))
    assert f"done: {topic}-0: 1 → removed" in done(run(*deletion))
    commit(kafka, group, {(topic, 0): 1})
    assert "NAME" in done(run("lag", "list"))
    unknown = run("lag", "show", group)
    assert (unknown.exit_code, "No commits" in unknown.stderr) == (1, True)


def test_leaders_are_elected_where_others_lead(run: Run, kafka: KafkaCluster, unique: Unique) -> None:
    topic = create_topic(kafka, unique("led"))
    assert "no changes" in eventually(lambda: done(run("topics", "elect-leaders", topic, "--partition", "0")))
    assert run("topics", "elect-leaders", "a b").exit_code == 1


def test_a_reassignment_is_planned_started_exported_and_cancelled(
    run: Run, kafka: KafkaCluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("moved"))
    options = ("--topic", topic, "--factor", "2", "--rate", "1048576")
    planned = eventually(lambda: done(run("reassignments", "start", "replication", *options, "--dry-run")))
    assert f"planned: replicas of {topic}-0: broker" in planned
    plan = planned.splitlines()[-1].removeprefix("plan ")
    started = done(run("reassignments", "start", "replication", *options, "--plan", plan))
    number = started.splitlines()[-1].removeprefix("job ")
    assert f'"topic": "{topic}"' in done(run("reassignments", "export", number, "--before"))
    assert "ends after its batch" in done(run("reassignments", "last-batch", number))
    assert done(run("reassignments", "list")).startswith("TOPIC")
    assert "no changes" in done(run("reassignments", "cancel", topic))
    assert "stopp" in done(run("jobs", "stop", number))
    refused = run("reassignments", "start", "drain")
    assert (refused.exit_code, "Enter the brokers to drain." in refused.stderr) == (1, True)


def test_transactions_are_listed_and_aborted(run: Run, kafka: KafkaCluster, unique: Unique) -> None:
    topic, name = create_topic(kafka, unique("tx")), unique("writer")
    producer = Producer({**kafka.client_config(), "transactional.id": name})
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(topic, b"one")
    producer.flush(20)
    assert "Ongoing" in done(run("transactions", "list", "--search", name))
    assert f"{topic}  0" in done(run("transactions", "show", name))
    assert f"{topic}  0" in done(run("transactions", "producers", topic, "--partition", "0"))
    assert topic not in done(run("transactions", "hanging", "--topic", topic, "--minutes", "0"))
    abort = ("transactions", "abort", topic, "--partition", "0", "--start-offset", "0")
    assert "does not hang" in run(*abort, "--dry-run").output
    assert "done: " in done(run(*abort))
    assert run(*abort).exit_code == 1
    producer.abort_transaction(20)


def test_users_are_created_with_quotas_and_deleted(run: Run, connection: Connection, unique: Unique) -> None:
    name = unique("cli")
    create = ("users", "create", name, "--access", "producer", "--topic", "t", "--iterations", "4096")
    assert "password:" not in done(run(*create, "--dry-run"))
    made = done(run(*create))
    assert re.search(r"^password: \w{32}$", made, re.M)
    assert "SCRAM-SHA-512  4096" in done(run("users", "show", name))
    assert name in done(run("users", "list", "--search", name))
    assert run("users", "password", name, "--password-stdin").exit_code == 2
    assert "password:" in done(run("users", "password", name, "--iterations", "5000"))
    limit = ("quotas", "set", "--user", name, "--default-client-id", "producer_byte_rate=1e6")
    assert f'planned: user "{name}", client-id default: producer_byte_rate' in done(run(*limit, "--dry-run"))
    done(run(*limit))
    assert "<default>" in done(run("quotas", "list", "--search", name))
    assert "1e+06" in done(run("quotas", "effective", "--user", name))
    assert run("quotas", "set", "--ip", "10.0.0.1", "--user", name, "producer_byte_rate=1").exit_code == 2
    assert run("quotas", "set", "--user", name, "speed=1").exit_code == 2
    assert "removed" in done(run("quotas", "remove", "--user", name, "--default-client-id"))
    assert "removed" in done(run("users", "delete", name))
    assert not users.describe(connection, name)


def test_acls_are_granted_and_revoked(run: Run, unique: Unique) -> None:
    principal = f"User:{unique('cli')}"
    entry = ("--principal", principal, "--operation", "READ", "--resource-name", "t")
    assert "ALLOW READ on TOPIC t" in done(run("acls", "grant", *entry))
    assert "no changes" in done(run("acls", "grant", *entry))
    assert principal in done(run("acls", "list", "--search", principal))
    access = run("acls", "access", *entry)
    assert f"allowed: yes\nreason: ACL\nsentence: allowed: ALLOW READ for {principal} on TOPIC" in done(access)
    assert "super users are not known" in access.stderr
    assert json.loads(done(run("acls", "access", "--json", *entry, "--host", "10.0.0.1")))["acl"]["host"] == "*"
    assert run("acls", "access", *entry, "--host", "x").exit_code == 1
    assert "removed" in done(run("acls", "revoke", *entry))


def test_findings_are_listed_shown_and_silenced(run: Run, cluster: Cluster) -> None:
    now = timezone.now()
    finding = FindingRow.objects.create(
        cluster=cluster, rule="broker-down", subject="broker 1", severity="critical", value="gone",
        names=["orders-1: no leader"], since=now, opened_at=now, seen_at=now,
    )  # fmt: skip
    number = str(finding.pk)
    assert "broker-down  broker 1" in done(run("findings", "list"))
    (line,) = done(run("findings", "list", "--severity", "critical", "--search", "broker", "--json")).splitlines()
    assert (json.loads(line)["id"], json.loads(line)["silenced_until"]) == (finding.pk, None)
    assert run("findings", "list", "--severity", "warning", "--json").stdout == ""
    shown = done(run("findings", "show", number))
    assert "A broker is down" in shown
    assert "orders-1: no leader" in shown
    silence = ("findings", "silence", number, "--reason", "a disk is changed", "--hours", "24")
    assert "planned" in done(run(*silence, "--dry-run"))
    assert "24 h: a disk is changed" in done(run(*silence))
    assert "silenced by: ada" in done(run("findings", "show", number))
    assert json.loads(done(run("findings", "unsilence", number, "--json")))["done"]
    assert "no changes" in done(run("findings", "unsilence", number))
    unknown = run("findings", "show", "999999")
    assert (unknown.exit_code, "There is no such alert." in unknown.stderr) == (1, True)
    assert run("findings", "silence", number).exit_code == 2
    assert run("findings", "silence", number, "--reason", "x", "--hours", "9").exit_code == 2


def test_what_goes_wrong_is_a_sentence_and_an_exit_status(run: Run, tmp_path: Path) -> None:
    refused = run("topics", "list", KAFKAADMIN_TOKEN="ka_wrong")
    assert (refused.exit_code, "Send a valid token" in refused.stderr) == (1, True)
    silent = run("topics", "list", "--url", "http://127.0.0.1:1")
    assert (silent.exit_code, "does not respond" in silent.stderr) == (3, True)
    elsewhere = run("topics", "list", "--cluster", "none")
    assert (elsewhere.exit_code, "There is no cluster none." in elsewhere.stderr) == (1, True)
    assert run("topics", "list", KAFKAADMIN_TOKEN="").exit_code == 2
    assert run("topics", "list", "--url", "file:///etc/passwd").exit_code == 2
    assert run("topics", "list", "--token", "a\nb").exit_code == 2
    assert (
        run("topics", "create", "x", "--partitions", "1", "--replication-factor", "1", "--config", "x").exit_code == 2
    )
    assert run("topics", "list", KAFKAADMIN_TOKEN_FILE=str(tmp_path / "none")).exit_code == 2


def test_the_token_may_be_in_a_file(run: Run, ada: Program, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{ada.secret}\n")
    done(run("topics", "list", KAFKAADMIN_TOKEN="", KAFKAADMIN_TOKEN_FILE=str(path)))


def test_the_engine_is_still_there_on_its_own() -> None:
    assert CliRunner().invoke(main, ["lag", "judge"], input="").exit_code == 0


def test_a_group_is_reset_and_deleted(run: Run, kafka: KafkaCluster, unique: Unique, tmp_path: Path) -> None:
    topic, group = create_topic(kafka, unique("sent")), unique("back")
    produce(kafka, topic, list("abc"))
    commit(kafka, group, {(topic, 0): 2})
    back = ("groups", "reset", group, "--topic", f"{topic}:0")
    assert f"planned: {topic}-0: 2 → 3" in done(run(*back, "--to-latest", "--dry-run"))
    assert f"done: {topic}-0: 2 → 0" in done(run(*back, "--to-datetime", "2020-01-31T08:00:00Z"))
    assert f"done: {topic}-0: 0 → 1" in done(run(*back, "--shift-by", "1"))
    assert f"done: {topic}-0: 1 → 0" in done(run(*back, "--to-earliest"))
    assert "no changes" in done(run(*back, "--to-offset", "0"))
    assert run(*back).exit_code == 2
    assert run(*back, "--to-latest", "--shift-by", "1").exit_code == 2
    other = create_topic(kafka, unique("new"))
    assert f"done: {other}-0: 0" in done(run("groups", "reset", group, "--topic", other, "--to-latest"))
    exported = done(run("groups", "export-offsets", group))
    assert f"{topic},0,0\n" in exported
    file = tmp_path / "offsets.csv"
    file.write_text(exported.replace(f"{topic},0,0", f"{topic},0,2"))
    assert f"done: {topic}-0: 0 → 2" in done(run("groups", "reset", group, "--from-file", str(file)))
    assert f"done: {topic}-0: 2 → 0" in done(run(*back, "--by-duration", "P1DT2H"))
    copy = unique("copy")
    commit(kafka, copy, {(topic, 0): 1})
    assert f"planned: {topic}-0: 1 → 0" in done(run("groups", "reset", copy, "--from-group", group, "--dry-run"))
    assert "has no members" in run("groups", "remove-members", group, "--member", "x").output
    assert f"done: group {group}" in done(run("groups", "delete", group))


def test_a_cluster_is_exported_and_a_file_applied_until_nothing_differs(
    run: Run, connection: Connection, unique: Unique, tmp_path: Path
) -> None:
    name, file = unique("declared"), tmp_path / "manifest.yaml"
    file.write_text(f"topics: {{{name}: {{partitions: 2, replication_factor: 1, configs: {{retention.ms: 60000}}}}}}")
    planned = run("apply", str(file), "--dry-run")
    assert (planned.exit_code, f"planned: topic {name}" in planned.stdout) == (3, True)
    assert f"done: topic {name}" in done(run("apply", str(file)))
    assert "no changes" in done(run("apply", str(file), "--dry-run"))
    exported = yaml.safe_load(done(run("export", "--only", "topics")))
    own = {"partitions": 2, "replication_factor": 1, "configs": {"retention.ms": "60000"}}
    assert (exported.keys(), exported["topics"][name]) == ({"topics"}, own)
    file.write_text(f"topics: {{{name}: {{partitions: 1}}}}")
    shrunk = run("apply", str(file))
    assert (shrunk.exit_code, "can't be removed" in shrunk.stderr) == (3, True)
    file.write_text("topics: [")
    assert run("apply", str(file)).exit_code == 1
