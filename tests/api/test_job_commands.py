"""Jobs from the command line, against the application as it is served, on a real Kafka."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from clusters.jobs.running import work
from clusters.models import Cluster, Job
from kafkaadmin.cli import main
from tests.api.commands import Run, done
from tests.api.conftest import Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.messages.test_produce_file import consumed
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db(transaction=True)


def do_due_jobs(_: float = 0) -> None:
    """Be the worker, whenever a command waits."""
    for pk in Job.objects.filter(Job.unleased(timezone.now()), state__in=Job.OPEN).values_list("pk", flat=True):
        work(pk, lambda: False)


@pytest.fixture
def run(live_server: LiveServer, cluster: Cluster, ada: Program, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as an administrator; jobs are done while it waits."""
    monkeypatch.setattr("kafkaadmin.cli.remote.jobs.time", SimpleNamespace(sleep=do_due_jobs))
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": ada.secret, "KAFKAADMIN_CLUSTER": "local"}

    def run(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(main, list(arguments), input=stdin, env=environment)

    return run


def test_records_are_piped_copied_and_counted(
    run: Run, kafka: KafkaCluster, tmp_path: Path, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kafkaadmin.cli.remote.records.PART", 1_000)  # so that there are several
    topic, target = known_topic(kafka, unique("lines"), partitions=2), known_topic(kafka, unique("copy"))
    lines = "".join(f"{json.dumps({'key': str(number), 'value': {'n': number}})}\n" for number in range(60))
    assert "planned: records in" in done(run("records", "produce", topic, "--dry-run", stdin=lines))
    output = done(run("records", "produce", topic, stdin=lines))
    assert output.count("done") > 2
    values = [json.loads(value or b"")["n"] for _, _, value in consumed(kafka, topic, 2)]
    assert sorted(values) == list(range(60))
    refused = run("records", "produce", topic, stdin='{"value": 1}\n{"partition": 9}\n')
    assert (refused.exit_code, "can't be read" in refused.output) == (1, True)

    table = tmp_path / "rows.csv"
    table.write_text("key,value\n" + "".join(f"k{number},{'x' * 50}\n" for number in range(40)))
    done(run("records", "produce", target, "--csv", "--file", str(table)))
    assert len(consumed(kafka, target, 1)) == 40

    started = done(run("records", "copy", topic, target, "--by-key", "--json-path", "$.n < 10"))
    number = started.split()[-1]
    assert "waiting" in done(run("jobs", "list", "--state", "waiting"))
    assert "Records copied: 10" in done(run("jobs", "wait", number))
    assert len(consumed(kafka, target, 1)) == 50
    assert "Distinct keys: ≈ 60" in done(run("records", "insight", topic, "--scan"))
    assert json.loads(done(run("records", "insight", topic, "--last", "3", "--json")))["records"] <= 6


def test_a_job_is_stopped_and_what_is_not_done_is_an_exit_status(
    run: Run, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("stopped"))
    assert "There are no records to copy" in run("records", "copy", topic, topic).output
    done(run("records", "produce", topic, stdin='{"value": 1}\n'))
    number = done(run("records", "copy", topic, topic)).split()[-1]
    assert "stopped" in done(run("jobs", "stop", number))
    assert run("jobs", "wait", number).exit_code == 1
    assert "state: stopped" in done(run("jobs", "show", number))
    assert run("jobs", "show", "999999").exit_code == 1
