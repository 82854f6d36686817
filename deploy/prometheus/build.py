"""Builds the alert rules for brokers from kafkaadmin's own rules: ``python -m deploy.prometheus.build``.

Each signal becomes a recording rule, so that its names are in one place; alerts use these.
"""

from pathlib import Path
from typing import Any

import yaml

from deploy import expressions
from metrics.catalogue.signals import table
from metrics.findings.advice import advice
from metrics.findings.rules import CONTROLLER, RULES, SILENT, STATE, TWICE, Rule
from metrics.findings.state_rules import RUNNING

FOLDER = Path(__file__).parent / "rules"
NAMED = ("cluster", "kafka_cluster", "strimzi_io_cluster", "app_kubernetes_io_instance")
"""Labels that may tell clusters apart within a namespace; where there is none of them, jobs do."""
CLUSTER = f"{', '.join(NAMED)}, namespace"
TARGET = "namespace, instance"
HEAD = "# Built by deploy/prometheus/build.py from metrics/findings/rules.py; change those.\n"


def record(signal: str) -> str:
    """Return the name of a signal's recording rule."""
    return f"kafkaadmin:{signal}"


def recorded() -> list[str]:
    """Return the signals that alerts need."""
    names = [name for rule in RULES for name in (rule.signal, rule.over) if name]
    return sorted({*names, "active_controller", "broker_state", "leader_count"})


def titled(name: str) -> str:
    """Return an alert's name: ``KafkaUnderReplicated``."""
    return "Kafka" + "".join(word.capitalize() for word in name.split("-"))


def alert(
    name: str, expression: str, severity: str, for_seconds: int, value: str = "{{ $value | humanize }}"
) -> dict[str, Any]:
    """Return one alert with the texts of the finding."""
    words = advice(name)
    return {
        "alert": titled(name),
        "expr": expression,
        "for": f"{max(for_seconds, 10)}s",
        "labels": {"severity": severity},
        "annotations": {
            "summary": words.title,
            "description": f"{{{{ $labels.instance }}}} {words.meaning} Now: {value}",
            "runbook": f"{words.causes} {words.action}",
        },
    }


def alerts(rule: Rule) -> list[dict[str, Any]]:
    """Return the alerts of a rule: one per severity; the warning is silent while the alert is critical."""
    value = record(rule.signal)
    if rule.over:
        value = f"{value} / {record(rule.over)}"
    elif rule.whole:
        value = f"max by ({CLUSTER}) ({value})"
    sign = "<" if rule.below else ">"
    shown = "{{ $value | humanizePercentage }}" if rule.ratio else "{{ $value | humanize }}"
    alert_rules = []
    if rule.warning is not None:
        beyond = f"{value} {sign} {rule.warning:g}"
        if rule.critical is not None:
            beyond += f" unless {value} {sign} {rule.critical:g}"
        alert_rules.append(alert(rule.name, beyond, "warning", rule.for_seconds, shown))
    if rule.critical is not None:
        alert_rules.append(alert(rule.name, f"{value} {sign} {rule.critical:g}", "critical", rule.for_seconds, shown))
    if rule.critical_after:
        alert_rules.append(alert(rule.name, f"{value} {sign} {rule.warning:g}", "critical", rule.critical_after, shown))
    return alert_rules


def controllers() -> str:
    """Return the active controllers per cluster; by job only for those without a cluster label of their own."""
    labels = ", ".join(f'"{label}"' for label in (*NAMED, "job"))
    joined = f'label_join({record("active_controller")}, "kafka", "|", {labels})'
    labelled = f'label_replace({joined}, "kafka", "$1", "kafka", "(.*[^|].*)[|][^|]*")'
    return f"sum by (kafka, {CLUSTER}) (max by (kafka, {CLUSTER}, instance) ({labelled}))"


def silent() -> str:
    """Return the targets that had metrics only brokers have, and no longer have them, or not all."""
    leaders = [selector.promql() for selector in expressions.selectors(table()["leader_count"])]
    gave = f"count by ({TARGET}) ({' or '.join(f'present_over_time({leader}[1d])' for leader in leaders)})"
    gives = f"count by ({TARGET}) ({' or '.join(leaders)})"
    failed = f"max by ({TARGET}) (jmx_scrape_error) == 1 and {gave}"
    return f"max by ({TARGET}) (up) and {gave} unless {gives} or {failed}"


def special() -> list[dict[str, Any]]:
    """Return the alerts that are not thresholds."""
    names = "|".join(selector.metric for selector in expressions.selectors(table()["leader_count"]))
    twice = f'count by ({TARGET}) (count by ({TARGET}, job) ({{__name__=~"{names}"}})) > 1'
    return [
        alert(CONTROLLER, f"{controllers()} != 1", "critical", 60),
        alert(TWICE, twice, "warning", 300),
        alert(SILENT, silent(), "critical", 180),
        alert(STATE, f"{record('broker_state')} != {RUNNING}", "warning", 60),
    ]


def recording(signal: str) -> dict[str, Any]:
    """Return the recording rule of a signal: by broker, and for counting controllers by job, too."""
    labels = f"{CLUSTER}, instance, job" if signal == "active_controller" else f"{CLUSTER}, instance"
    return {"record": record(signal), "expr": expressions.by(signal, labels)}


def brokers() -> dict[str, Any]:
    records = [recording(name) for name in recorded()]
    alert_rules = [definition for rule in RULES for definition in alerts(rule)]
    return {
        "groups": [
            {"name": "kafkaadmin-signals", "rules": records},
            {"name": "kafkaadmin-brokers", "rules": [*alert_rules, *special()]},
        ]
    }


def main() -> None:
    text = HEAD + yaml.safe_dump(brokers(), sort_keys=False, width=1000, allow_unicode=True)
    (FOLDER / "brokers.yaml").write_text(text)


if __name__ == "__main__":
    main()
