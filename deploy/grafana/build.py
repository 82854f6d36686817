"""Builds the dashboards from kafkaadmin's own charts: ``python -m deploy.grafana.build``.

Each query holds a signal under every set of exporter rules, so that none has to be chosen, and tolerates double
scrapes. Choosing a set leaves only the jobs whose exporters have it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy import expressions
from metrics.catalogue.percentiles import plots
from metrics.catalogue.plots import LINES, PAGES, SIGNAL, TOPIC, Plot
from metrics.catalogue.signals import DETECTED_BY, table

FOLDER = Path(__file__).parent / "dashboards"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
UNITS = {"bytes": "bytes", "bytes_per_s": "Bps", "ratio": "percentunit", "ms": "ms", "per_s": "ops", "count": "short"}
RULES = {
    "bitnami": "Bitnami",
    "strimzi": "Strimzi",
    "jmx_example": "jmx_exporter's example or Strimzi",
    "confluent": "Confluent",
    "strimzi_reporter": "Strimzi's reporter",
    "raw": "None",
    "raw_lower": "None (lower case)",
}
TOLD_BY = {
    words: next(name for detected, name in DETECTED_BY if detected == flavour) for flavour, words in RULES.items()
}
SELECTED = 'job=~"$job",namespace=~"$namespace"'
WINDOW = "$__rate_interval"
ONE_BROKER = f'{SELECTED},instance=~"$instance"'
GROUP = 'cluster=~"$cluster",consumer_group=~"$group"'
OF_GROUP = "cluster, consumer_group"
Query = tuple[str, str]  # expression, legend


def queries(plot: Plot, matchers: str) -> list[Query]:
    """Return a chart's queries, with the legend of each."""
    if plot.lines == TOPIC:
        return [(f"topk(10, {expressions.by(plot.signals[0], 'topic', matchers, WINDOW)})", "{{topic}}")]
    if plot.lines == SIGNAL:
        return [(expressions.by(name, "", matchers, WINDOW), LINES.get(name, plot.title)) for name in plot.signals]
    return [(expressions.by(name, "instance", matchers, WINDOW), "{{instance}}") for name in plot.signals]


def panel(
    number: int, title: str, unit: str, targets: list[Query], help_: str = "", stacked: bool = False
) -> dict[str, Any]:
    """Return a panel; there are three per row."""
    custom = {"fillOpacity": 40 if stacked else 5, "stacking": {"mode": "normal" if stacked else "none"}}
    return {
        "id": number,
        "type": "timeseries",
        "title": title,
        "description": help_,
        "datasource": SOURCE,
        "gridPos": {"x": 8 * ((number - 1) % 3), "y": 8 * ((number - 1) // 3), "w": 8, "h": 8},
        "fieldConfig": {"defaults": {"unit": UNITS.get(unit, "short"), "min": 0, "custom": custom}, "overrides": []},
        "options": {"tooltip": {"mode": "multi"}, "legend": {"displayMode": "list", "placement": "bottom"}},
        "targets": [
            {"refId": chr(65 + place), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
            for place, (expression, legend) in enumerate(targets)
        ],
    }


def chosen(name: str, label: str, every: str) -> dict[str, Any]:
    """Return what all variables with selectable values share; at first, all values are selected."""
    current = {"text": "All", "value": "$__all"}
    more = {"multi": True, "includeAll": True, "allValue": every, "current": current}
    return {"name": name, "label": label, **more}


def variable(name: str, query: str, label: str, every: str = ".*") -> dict[str, Any]:
    """Return a variable whose values come from a query."""
    definition = {"datasource": SOURCE, "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1}
    return {**chosen(name, label, every), "type": "query", **definition}


def flavours() -> dict[str, Any]:
    """Return the variable that selects sets of exporter rules, each by a metric that only it has."""
    leaders = [selector.metric for selector in expressions.selectors(table()["leader_count"])]
    every = "|".join(dict.fromkeys((*TOLD_BY.values(), *leaders)))
    choices = ", ".join(f"{words} : {name}" for words, name in TOLD_BY.items())
    return {**chosen("flavour", "Exporter's rules", every), "type": "custom", "query": choices}


def dashboard(uid: str, title: str, panels: list[dict[str, Any]], variables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a dashboard with a variable for the data source and some others."""
    source = {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1}
    return {
        "uid": f"kafkaadmin-{uid}",
        "title": title,
        "tags": ["kafka", "kafkaadmin"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [source, *variables]},
        "panels": panels,
    }


def brokers_of(name: str) -> list[dict[str, Any]]:
    """Return the variables that select brokers. All jobs are those of the chosen rules: an empty value matches any."""
    variables = [
        flavours(),
        variable("namespace", 'label_values({__name__=~"$flavour"}, namespace)', "Namespace"),
        variable("job", 'label_values({__name__=~"$flavour",namespace=~"$namespace"}, job)', "Job", every=""),
    ]
    instance = variable("instance", f'label_values({{__name__=~"$flavour",{SELECTED}}}, instance)', "Broker")
    return [*variables, instance] if name == "broker" else variables


def charts(shown: tuple[Plot, ...], matchers: str) -> list[dict[str, Any]]:
    return [
        panel(number, plot.title, plot.unit, queries(plot, matchers), plot.help, plot.stacked)
        for number, plot in enumerate(shown, start=1)
    ]


def once(metric: str, *, rate: bool = False) -> str:
    """Return a metric of groups once, however many web processes expose it."""
    value = f"{metric}{{{GROUP}}}"
    return f"max by ({OF_GROUP}, topic, partition) ({f'rate({value}[{WINDOW}])' if rate else value})"


def lag() -> list[dict[str, Any]]:
    """Return the panels of consumer lag, from kafkaadmin's own metrics."""
    panels: list[tuple[str, str, str, str]] = [
        ("Status (1 OK, 2 WARN, 3 ERR)", "count", once("burrow_kafka_consumer_status"), "{{consumer_group}}"),
        ("Lag", "count", once("burrow_kafka_consumer_lag_total"), "{{consumer_group}}"),
        ("Behind by, seconds", "count", once("kafkaadmin_group_lag_seconds"), "{{consumer_group}}"),
        ("Committed", "per_s", f"sum by ({OF_GROUP}) ({once('burrow_kafka_consumer_current_offset', rate=True)})",
         "{{consumer_group}}"),
        ("Lag by topic", "count", f"sum by ({OF_GROUP}, topic) ({once('burrow_kafka_consumer_partition_lag')})",
         "{{consumer_group}} on {{topic}}"),
        ("Records that expired unread", "count", once("kafkaadmin_group_lost_records"), "{{consumer_group}}"),
    ]  # fmt: skip
    return [panel(n, title, unit, [(expr, legend)]) for n, (title, unit, expr, legend) in enumerate(panels, start=1)]


def all_dashboards() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every dashboard by its file's name."""
    cluster = tuple(dict.fromkeys((*PAGES["overview"], *plots("requests"), *PAGES["replication"])))
    broker = PAGES["brokers"] + PAGES["jvm"] + PAGES["controller"]
    yield "cluster", dashboard("cluster", "Kafka cluster", charts(cluster, SELECTED), brokers_of("cluster"))
    yield "broker", dashboard("broker", "Kafka broker", charts(broker, ONE_BROKER), brokers_of("broker"))
    yield "topics", dashboard("topics", "Kafka topics", charts(PAGES["topics"], SELECTED), brokers_of("topics"))
    own = [
        variable("cluster", "label_values(burrow_kafka_consumer_status, cluster)", "Cluster"),
        variable("group", 'label_values(burrow_kafka_consumer_status{cluster=~"$cluster"}, consumer_group)', "Group"),
    ]
    yield "lag", dashboard("lag", "Kafka consumer lag", lag(), own)


def main() -> None:
    for name, definition in all_dashboards():
        (FOLDER / f"{name}.json").write_text(json.dumps(definition, indent=1) + "\n")


if __name__ == "__main__":
    main()
