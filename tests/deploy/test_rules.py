"""Alert rules, tried by promtool: each fires beyond its threshold under every set of exporter rules, not within."""

import itertools
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.prometheus.build import FOLDER, HEAD, brokers, titled
from metrics.catalogue.signals import SCALES, Selector, table
from metrics.findings.rules import RULES, Rule
from tests.metrics.chart_jobs import BROKERS, ENDPOINTS, PODS, labels

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not on this machine")
LAG = {
    "KafkaGroupError": ('burrow_kafka_consumer_status{cluster="c",consumer_group="g"}', "3", "2"),
    "KafkaGroupFallsBehind": ('burrow_kafka_consumer_status{cluster="c",consumer_group="g"}', "2", "1"),
    "KafkaGroupLateByAnHour": ('kafkaadmin_group_lag_seconds{cluster="c",consumer_group="g"}', "3601", "3600"),
    "KafkaRecordsLost": ('kafkaadmin_group_lost_records{cluster="c",consumer_group="g"}', "5", "0"),
    "KafkaClusterUnreachable": ('kafkaadmin_cluster_up{cluster="c"}', "0", "1"),
    "KafkaLagNotCollected": ('kafkaadmin_lag_ticked_at_timestamp_seconds{cluster="c",shard="0"}', "1", "100000"),
}


def series(selector: Selector, instance: str = "b1:5556", job: str = "kafka", **more: str) -> str:
    """Return a series that a selector matches; labels that are empty are absent."""
    labels = {"instance": instance, "job": job, "namespace": "n"} | more
    for label, operator, value in selector.matchers:
        if operator == "!=":
            labels[label] = "some"
        elif value:
            labels[label] = value.partition("(")[0]
    return selector.metric + "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


Given = dict[str, str]  # series and their values
Alerts = set[tuple[str, str]]  # names and severities
FIRING = 'count by (alertname, severity) (ALERTS{alertstate="firing"'


def firing(folder: Path, cases: dict[str, Given], file: str = "brokers.yaml") -> dict[str, Alerts]:
    """Return for each case the alerts that fire after an hour of its series; promtool is started once for all."""
    tests = [
        {
            "interval": "1m",
            "input_series": [{"series": series_name, "values": values} for series_name, values in given.items()],
            # It expects nothing, so promtool tells what it got; the label that no alert has tells which case it was.
            "promql_expr_test": [{"expr": f'{FIRING},case!="{name}"}})', "eval_time": "59m"}],
        }
        for name, given in cases.items()
    ]
    path = folder / "cases.yml"
    path.write_text(yaml.safe_dump({"rule_files": [str(FOLDER / file)], "evaluation_interval": "5m", "tests": tests}))
    said = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=240)
    text = said.stderr + said.stdout
    assert "got:" in text or said.returncode == 0, text
    output_by_case = dict(re.findall(r'case!=\\"(.+?)\\"(.*?)(?=expr: |\Z)', text, re.DOTALL))
    return {name: found_in(output_by_case.get(name, "")) for name in cases}


def found_in(text: str) -> Alerts:
    """Return the alerts that promtool says it got."""
    got = text.partition("got:")[2]
    return {(match[1], match[2]) for match in re.finditer(r'alertname="(\w+)", severity="(\w+)"', got)}


def values(selector: Selector, number: float, counter: bool) -> str:
    """Return an hour of one value, or of a counter that grows so much a second."""
    number /= SCALES.get(selector.metric, 1.0)
    return f"0+{number * 60:g}x60" if counter else f"{number:g}x60"


def given(rule: Rule, flavour: str, number: float) -> dict[str, str]:
    """Return the series that make a rule's signal have a value."""
    signal = table()[rule.signal]
    selector = signal.of(flavour)[0]
    input_series = {series(selector): values(selector, number, signal.counter)}
    if rule.over:
        whole = table()[rule.over].of(flavour)[0]
        input_series[series(whole)] = values(whole, 1, counter=False)
    return input_series


CASES = [
    (rule, flavour)
    for rule in RULES
    for flavour in ("bitnami", "strimzi", "confluent", "raw")
    if table()[rule.signal].of(flavour)
]


def bounds(rule: Rule) -> tuple[float, float]:
    """Return a value beyond a rule's worst threshold, and one within its mildest."""
    worst = rule.critical if rule.critical is not None else rule.warning
    assert worst is not None
    mildest = rule.warning if rule.warning is not None else worst
    return (worst / 2, 0.9) if rule.below else (worst * 1.02 + 0.01, mildest * 0.9)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Alerts]:
    """Try every rule under every set of exporter rules, beyond its threshold and within."""
    tries = {
        f"{rule.name} {flavour} {side}": given(rule, flavour, number)
        for rule, flavour in CASES
        for side, number in zip(("beyond", "within"), bounds(rule), strict=True)
    }
    cases, places = together(tries)
    fired = firing(tmp_path_factory.mktemp("rules"), cases)
    return {name: fired[place] for name, place in places.items()}


def together(tries: dict[str, Given]) -> tuple[dict[str, Given], dict[str, str]]:
    """Return as few cases as hold all tries whose series do not contradict, and in which case each of them is."""
    cases: dict[str, Given] = {}
    places = {}
    for name, series_values in tries.items():
        kind = name.partition(" ")[2]
        numbers = itertools.count()
        while contradict(cases.setdefault(place := f"{kind} {next(numbers)}", {}), series_values):
            pass
        cases[place].update(series_values)
        places[name] = place
    return cases, places


def contradict(case: Given, series_values: Given) -> bool:
    """Tell whether a metric is in both, with other values or other labels."""
    metrics = {name.partition("{")[0]: (name, values) for name, values in case.items()}
    return any(
        metrics.get(name.partition("{")[0], (name, values)) != (name, values) for name, values in series_values.items()
    )


@pytest.mark.parametrize(("rule", "flavour"), CASES, ids=lambda value: value if isinstance(value, str) else value.name)
def test_an_alert_fires_beyond_its_threshold_and_not_within(rule: Rule, flavour: str, tried: dict[str, Alerts]) -> None:
    severity = "critical" if rule.critical is not None or rule.critical_after else "warning"
    assert (titled(rule.name), severity) in tried[f"{rule.name} {flavour} beyond"]
    assert not tried[f"{rule.name} {flavour} within"]


def test_a_missing_controller_and_a_double_scrape(tmp_path: Path) -> None:
    controller = table()["active_controller"].of("bitnami")[0]
    leaders = table()["leader_count"].of("bitnami")[0]
    twice = {series(leaders, job=job): "5x60" for job in ("pods", "endpoints")}
    by_job = {series(controller, job=job): "1x60" for job in ("pods", "endpoints")}
    fired = firing(tmp_path, {"none": {series(controller): "0x60"}, "twice": twice | by_job})
    assert ("KafkaControllerCount", "critical") in fired["none"]
    assert fired["twice"] == {("KafkaScrapedTwice", "warning")}


@pytest.mark.parametrize("flavour", ["bitnami", "strimzi", "confluent", "raw"])
def test_a_broker_that_does_not_run(flavour: str, tmp_path: Path) -> None:
    state = series(table()["broker_state"].of(flavour)[0])
    fired = firing(tmp_path, {"recovers": {state: "2x60"}, "runs": {state: "3x60"}})
    assert fired == {"recovers": {("KafkaBrokerState", "warning")}, "runs": set()}


CONTROLLER, LEADERS = (table()[name].of("bitnami")[0] for name in ("active_controller", "leader_count"))
SCRAPES = {"exporter": 'up{instance="b1:5556",job="any",namespace="n"}', "other": 'up{instance="b2",job="kafka-jmx"}'}


def clusters(*controllers: str, **labels: tuple[str, str]) -> Given:
    """Return what the brokers of two clusters say of themselves, which differ by some labels."""
    return {
        series(CONTROLLER, f"{number}{broker}:5556", **{name: both[number] for name, both in labels.items()}): value
        for number in (0, 1)
        for broker, value in enumerate((controllers[number], "0x60"))
    }


def test_two_clusters_have_a_controller_each(tmp_path: Path) -> None:
    apart: dict[str, dict[str, tuple[str, str]]] = {
        "by a label": {"cluster": ("a", "b"), "namespace": ("", "")},
        "by the release": {"app_kubernetes_io_instance": ("a", "b")},
        "by Strimzi": {"strimzi_io_cluster": ("a", "b")},
        "by namespace": {"namespace": ("a", "b")},
        "by job alone": {"job": ("a", "b"), "namespace": ("", "")},
        "by job in one namespace": {"job": ("a", "b")},
    }
    well = {name: clusters("1x60", "1x60", **labels) for name, labels in apart.items()}
    without = {f"{name}, one without": clusters("1x60", "0x60", **labels) for name, labels in apart.items()}
    fired = firing(tmp_path, well | without)
    assert {name: fired[name] for name in well} == {name: set() for name in well}
    assert {name: fired[name] for name in without} == {name: {("KafkaControllerCount", "critical")} for name in without}


def test_both_of_the_charts_jobs_count_as_one_in_every_alert(tmp_path: Path) -> None:
    given = {
        series(CONTROLLER, **labels(job, broker, "n"), job=job): f"{int(not broker)}x60"
        for job in (PODS, ENDPOINTS)
        for broker in BROKERS
    }
    assert firing(tmp_path, {"both": given})["both"] == set()


def test_an_exporter_is_silent_whatever_its_job_is_called(tmp_path: Path) -> None:
    leaders, up, strange = series(LEADERS, job="any"), SCRAPES["exporter"], SCRAPES["other"]
    error = 'jmx_scrape_error{instance="b1:5556",job="any",namespace="n"}'
    cases = {
        "down": {leaders: "5x20 _x40", up: "1x20 0x40"},
        "empty": {leaders: "5x20 _x40", up: "1x60"},
        "partly": {leaders: "5x60", up: "1x60", error: "1x60"},
        "well": {leaders: "5x60", up: "1x60", error: "0x60"},
        "a pod that is gone": {leaders: "5x20 _x40", up: "1x20 _x40"},
        "no broker": {strange: "0x60", error.replace("b1:5556", "b2"): "1x60"},
    }
    fired = firing(tmp_path, cases)
    silent = {name for name, alerts in fired.items() if ("KafkaExporterSilent", "critical") in alerts}
    assert silent == {"down", "empty", "partly"}


def test_records_that_are_lost_no_more_do_not_fire(tmp_path: Path) -> None:
    metric = LAG["KafkaRecordsLost"][0]
    fired = firing(tmp_path, {"fell": {metric: "9x40 0x20"}, "from the start": {metric: "9x60"}}, "lag.yaml")
    assert fired == {"fell": set(), "from the start": {("KafkaRecordsLost", "critical")}}


def test_three_web_processes_are_one_alert(tmp_path: Path) -> None:
    pods = [f',instance="web-{number}",pod="web-{number}",job="kafkaadmin",namespace="n"' for number in range(3)]
    for name, (metric, beyond, _) in LAG.items():
        given = {metric.replace("}", f"{pod}}}"): f"{beyond}x60" for pod in pods}
        assert counted(tmp_path, given, name) == 1, name


def counted(folder: Path, given: Given, alert: str) -> int:
    """Return how many alerts of a name fire."""
    path = folder / "counted.yml"
    case = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in given.items()],
        "promql_expr_test": [{"expr": f'ALERTS{{alertname="{alert}",alertstate="firing"}}', "eval_time": "59m"}],
    }
    path.write_text(yaml.safe_dump({"rule_files": [str(FOLDER / "lag.yaml")], "tests": [case]}))
    said = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=60)
    return (said.stderr + said.stdout).count(f'alertname="{alert}", alertstate')


def test_the_example_of_jobs_finds_each_broker_by_itself() -> None:
    path = FOLDER.parent / "scrape.yaml"
    checked = subprocess.run(
        ["promtool", "check", "config", "--syntax-only", str(path)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    text = path.read_text()
    own = "\n".join(line.replace("  # ", "  ") for line in text[text.index("  # - job_name") :].splitlines())
    (pods,) = yaml.safe_load(own)
    (dns,) = (job for job in yaml.safe_load(text)["scrape_configs"] if job["job_name"] == "kafka")
    assert "headless" in dns["dns_sd_configs"][0]["names"][0]
    assert {relabelling.get("target_label") for relabelling in pods["relabel_configs"]} >= {
        "namespace",
        "pod",
        "cluster",
    }


@pytest.mark.parametrize("name", LAG)
def test_alerts_on_lag(name: str, tmp_path: Path) -> None:
    metric, beyond, within = LAG[name]
    fired = firing(tmp_path, {side: {metric: f"{side}x60"} for side in (beyond, within)}, "lag.yaml")
    assert name in {alert for alert, _ in fired[beyond]}
    assert name not in {alert for alert, _ in fired[within]}


def test_the_rules_are_those_that_the_builder_builds() -> None:
    text = (FOLDER / "brokers.yaml").read_text()
    assert text.startswith(HEAD)
    assert yaml.safe_load(text) == brokers()


@pytest.mark.parametrize("file", ["brokers.yaml", "lag.yaml"])
def test_every_alert_says_what_and_what_to_do(file: str) -> None:
    groups: list[dict[str, Any]] = yaml.safe_load((FOLDER / file).read_text())["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    assert alerts
    for alert in alerts:
        assert alert["labels"]["severity"] in {"warning", "critical"}
        assert all(alert["annotations"][part] for part in ("summary", "description", "runbook"))
    checked = subprocess.run(["promtool", "check", "rules", str(FOLDER / file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
