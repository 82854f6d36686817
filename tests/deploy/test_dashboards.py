"""Every query of the dashboards, run by a real Prometheus that scrapes real answers of every set of exporter rules."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from deploy.grafana.build import FOLDER, all_dashboards
from metrics.sources.prometheus import Prometheus as Source
from tests.kafka.ports import free_ports
from tests.kafka.waiting import eventually
from tests.metrics import fixtures
from tests.metrics.servers import says, serving
from tests.prometheus import Prometheus, installed, job

pytestmark = pytest.mark.services

LAG = """
burrow_kafka_consumer_status{cluster="c",consumer_group="g"} 1
burrow_kafka_consumer_lag_total{cluster="c",consumer_group="g"} 7
burrow_kafka_consumer_current_offset{cluster="c",consumer_group="g",topic="t",partition="0"} 5
burrow_kafka_consumer_partition_lag{cluster="c",consumer_group="g",topic="t",partition="0"} 7
kafkaadmin_group_lag_seconds{cluster="c",consumer_group="g"} 3
kafkaadmin_group_lost_records{cluster="c",consumer_group="g"} 0
"""
EMPTY = {
    "bitnami_34": {"Produce (p99)", "Consumer fetch (p99)", "Follower fetch (p99)", "Throttle time (p99)",
                   "Produce, total time (p99)", "Consumer fetch, total time (p99)",
                   "Follower fetch, total time (p99)", "Connections", "GC time",
                   "Offline log directories", "Quorum: leader", "Quorum: epoch", "Quorum: high watermark",
                   "Quorum: commit latency", "ZooKeeper: request latency (p99)", "Metadata errors"},
    "raw_40": {"ZooKeeper: sessions expired", "ZooKeeper: request latency (p99)"},
    "strimzi_40": {"ZooKeeper: sessions expired", "ZooKeeper: request latency (p99)"},
}  # fmt: skip
AGENT = {"Heap used", "GC time", "CPU", "Threads", "Open files"}
"""What a Java agent gives by itself; the fixtures of these rules are of the rules alone."""
NO_AGENT = {"strimzi_40": AGENT}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """A Prometheus with one job for each set of rules, and one for kafkaadmin's own metrics."""
    if not installed():
        pytest.skip("there is no Prometheus on this machine")
    with ExitStack() as stack:
        answers = {name: fixtures.text(name) for name in EMPTY} | {"own": LAG}
        jobs = []
        for name, text in answers.items():
            url = stack.enter_context(serving(says(text, "text/plain; version=0.0.4")))
            jobs.append(job(name, [url.removeprefix("http://")], labels={"namespace": "n"}))
        (port,) = free_ports(1)
        server = Prometheus(tmp_path_factory.mktemp("prometheus"), port, jobs, interval="1s")
        server.start()
        prometheus_source = Source(server.url)
        eventually(
            lambda: len([s for s in prometheus_source.query("count_over_time(up[1m]) > 2") if s.points]) == 4,
            timeout=60,
        )
        yield prometheus_source
        server.stop()


def filled(expression: str, chosen: str) -> str:
    """Return a query with its variables replaced."""
    text = expression.replace("$__rate_interval", "1m").replace("$job", chosen)
    return re.sub(r"\$(namespace|instance|cluster|group)", ".*", text)


@pytest.mark.parametrize("name", EMPTY)
def test_no_panel_is_empty_but_where_the_exporters_rules_leave_it_out(source: Source, name: str) -> None:
    empty = set()
    for _, dashboard in list(all_dashboards())[:3]:
        for panel in dashboard["panels"]:
            results = [source.query(filled(target["expr"], name)) for target in panel["targets"]]
            if not any(results):
                empty.add(panel["title"])
    assert empty == EMPTY[name] | NO_AGENT.get(name, set())


def jobs_of(source: Source, variables: dict[str, Any], rules: str) -> set[str]:
    """Return the jobs that the dashboard offers when somebody chooses these rules."""
    values = dict(choice.split(" : ") for choice in variables["flavour"]["query"].split(", "))
    metric = values.get(rules) or variables["flavour"]["allValue"]
    query = variables["job"]["query"]["query"].replace("$flavour", metric).replace("$namespace", ".*")
    (selector,) = re.findall(r"label_values\((.*), job\)", query)
    return {series.labels["job"] for series in source.query(f"group by (job) ({selector})")}


def test_choosing_an_exporters_rules_leaves_the_jobs_that_have_them(source: Source) -> None:
    for _, dashboard in list(all_dashboards())[:3]:
        variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
        assert jobs_of(source, variables, "Bitnami") == {"bitnami_34"}
        assert jobs_of(source, variables, "Strimzi") == {"strimzi_40"}
        assert jobs_of(source, variables, "None") == {"raw_40"}
        assert jobs_of(source, variables, "All") == set(EMPTY)


def test_no_panel_of_lag_is_empty(source: Source) -> None:
    for panel in dict(all_dashboards())["lag"]["panels"]:
        assert source.query(filled(panel["targets"][0]["expr"], ".*")), panel["title"]


@pytest.mark.parametrize("name", ["cluster", "broker", "topics", "lag"])
def test_the_files_are_what_the_builder_builds_and_whole(name: str) -> None:
    dashboard: dict[str, Any] = json.loads(Path(FOLDER / f"{name}.json").read_text())
    assert dashboard == dict(all_dashboards())[name]
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)
    variable_names = {variable["name"] for variable in dashboard["templating"]["list"]} | {"__rate_interval"}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard["panels"])))
    assert used <= variable_names
