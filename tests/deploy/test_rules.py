"""Alert rules, tried by promtool: each fires beyond its threshold under every set of exporter rules, not within."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.prometheus.build import FOLDER, HEAD, brokers, titled
from metrics.rules import RULES, Rule
from metrics.signals import SCALES, Selector, table

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not on this machine")
LAG = {
    "KafkaGroupError": ('burrow_kafka_consumer_status{cluster="c",consumer_group="g"}', "3", "2"),
    "KafkaGroupFallsBehind": ('burrow_kafka_consumer_status{cluster="c",consumer_group="g"}', "2", "1"),
    "KafkaGroupLateByAnHour": ('kafkaadmin_group_lag_seconds{cluster="c",consumer_group="g"}', "3601", "3600"),
    "KafkaClusterUnreachable": ('kafkaadmin_cluster_up{cluster="c"}', "0", "1"),
    "KafkaLagNotCollected": ('kafkaadmin_lag_ticked_at_timestamp_seconds{cluster="c",shard="0"}', "1", "100000"),
}


def series(selector: Selector, instance: str = "b1:5556", job: str = "kafka") -> str:
    """Return a series that a selector matches."""
    labels = {"instance": instance, "job": job, "namespace": "n"}
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
            "input_series": [{"series": one, "values": values} for one, values in given.items()],
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
    told = dict(re.findall(r'case!=\\"(.+?)\\"(.*?)(?=expr: |\Z)', text, re.DOTALL))
    return {name: found_in(told.get(name, "")) for name in cases}


def found_in(text: str) -> Alerts:
    """Return the alerts that promtool says it got."""
    got = text.partition("got:")[2]
    return {(one[1], one[2]) for one in re.finditer(r'alertname="(\w+)", severity="(\w+)"', got)}


def values(selector: Selector, number: float, counter: bool) -> str:
    """Return an hour of one value, or of a counter that grows so much a second."""
    number /= SCALES.get(selector.metric, 1.0)
    return f"0+{number * 60:g}x60" if counter else f"{number:g}x60"


def given(rule: Rule, flavour: str, number: float) -> dict[str, str]:
    """Return the series that make a rule's signal have a value."""
    signal = table()[rule.signal]
    selector = signal.of(flavour)[0]
    found = {series(selector): values(selector, number, signal.counter)}
    if rule.over:
        whole = table()[rule.over].of(flavour)[0]
        found[series(whole)] = values(whole, 1, counter=False)
    return found


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
    cases = {
        f"{rule.name} {flavour} {side}": given(rule, flavour, number)
        for rule, flavour in CASES
        for side, number in zip(("beyond", "within"), bounds(rule), strict=True)
    }
    return firing(tmp_path_factory.mktemp("rules"), cases)


@pytest.mark.parametrize(("rule", "flavour"), CASES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_an_alert_fires_beyond_its_threshold_and_not_within(rule: Rule, flavour: str, tried: dict[str, Alerts]) -> None:
    severity = "critical" if rule.critical is not None or rule.critical_after else "warning"
    assert (titled(rule.name), severity) in tried[f"{rule.name} {flavour} beyond"]
    assert not tried[f"{rule.name} {flavour} within"]


def test_a_missing_controller_and_a_double_scrape(tmp_path: Path) -> None:
    controller = table()["active_controller"].of("bitnami")[0]
    leaders = table()["leader_count"].of("bitnami")[0]
    twice = {series(leaders, job=job): "5x60" for job in ("pods", "endpoints")}
    one = {series(controller, job=job): "1x60" for job in ("pods", "endpoints")}
    found = firing(tmp_path, {"none": {series(controller): "0x60"}, "twice": twice | one})
    assert ("KafkaControllerCount", "critical") in found["none"]
    assert found["twice"] == {("KafkaScrapedTwice", "warning")}


@pytest.mark.parametrize("name", LAG)
def test_alerts_on_lag(name: str, tmp_path: Path) -> None:
    metric, beyond, within = LAG[name]
    found = firing(tmp_path, {side: {metric: f"{side}x60"} for side in (beyond, within)}, "lag.yaml")
    assert name in {alert for alert, _ in found[beyond]}
    assert name not in {alert for alert, _ in found[within]}


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
