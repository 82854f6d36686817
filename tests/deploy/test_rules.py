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


def firing(tmp_path: Path, given: dict[str, str], file: str = "brokers.yaml") -> set[tuple[str, str]]:
    """Return the alerts, with their severities, that fire after an hour of some series."""
    case = {
        "rule_files": [str(FOLDER / file)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in given.items()],
                "promql_expr_test": [
                    {"expr": 'count by (alertname, severity) (ALERTS{alertstate="firing"})', "eval_time": "59m"}
                ],
            }
        ],
    }
    path = tmp_path / "case.yml"
    path.write_text(yaml.safe_dump(case))
    said = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=60)
    assert "got:" in said.stderr + said.stdout or said.returncode == 0, said.stderr + said.stdout
    return found_in(said.stderr + said.stdout)


def found_in(text: str) -> set[tuple[str, str]]:
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


@pytest.mark.parametrize(("rule", "flavour"), CASES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_an_alert_fires_beyond_its_threshold_and_not_within(rule: Rule, flavour: str, tmp_path: Path) -> None:
    worst = rule.critical if rule.critical is not None else rule.warning
    assert worst is not None
    severity = "critical" if rule.critical is not None or rule.critical_after else "warning"
    beyond = worst / 2 if rule.below else worst * 1.02 + 0.01
    mildest = rule.warning if rule.warning is not None else worst
    assert (titled(rule.name), severity) in firing(tmp_path, given(rule, flavour, beyond))
    assert not firing(tmp_path, given(rule, flavour, 0.9 if rule.below else mildest * 0.9))


def test_a_missing_controller_and_a_double_scrape(tmp_path: Path) -> None:
    controller = table()["active_controller"].of("bitnami")[0]
    assert ("KafkaControllerCount", "critical") in firing(tmp_path, {series(controller): "0x60"})
    leaders = table()["leader_count"].of("bitnami")[0]
    twice = {series(leaders, job=job): "5x60" for job in ("pods", "endpoints")}
    one = {series(controller, job=job): "1x60" for job in ("pods", "endpoints")}
    assert firing(tmp_path, twice | one) == {("KafkaScrapedTwice", "warning")}


@pytest.mark.parametrize("name", LAG)
def test_alerts_on_lag(name: str, tmp_path: Path) -> None:
    metric, beyond, within = LAG[name]
    assert name in {alert for alert, _ in firing(tmp_path, {metric: f"{beyond}x60"}, "lag.yaml")}
    assert name not in {alert for alert, _ in firing(tmp_path, {metric: f"{within}x60"}, "lag.yaml")}


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
