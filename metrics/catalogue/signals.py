"""Signals and their metric names. Pure, except for the table beside it, which is read once.

A signal has selectors for each flavour of exporter rules. The same selectors make PromQL for a Prometheus, and pick
samples out of an exporter's own answer.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("aliases.json")
COUNTED_ONCE = "active_controller"  # each controller reports itself
QUANTILES = {"50": "0.50", "75": "0.75", "95": "0.95", "98": "0.98", "99": "0.99", "999": "0.999"}
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\{(.*)\}\Z")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)",?')


@dataclass(frozen=True)
class Selector:
    """A metric's name and matchers: (label, operator, value)."""

    metric: str
    matchers: tuple[tuple[str, str, str], ...] = ()

    def promql(self, more: str = "") -> str:
        own = [f'{label}{operator}"{value}"' for label, operator, value in self.matchers]
        return f"{self.metric}{{{','.join([*own, *([more] if more else [])])}}}"

    def picks(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a sample of this metric has matching labels; an absent label is empty."""
        return all(_matches(labels.get(label, ""), operator, value) for label, operator, value in self.matchers)


@dataclass(frozen=True)
class Signal:
    """What is measured, in what unit, and where to find it. A counter is read as its rate per second.

    ``by_extra_rules`` names the flavours whose own rules leave it out, but which can be given rules that do not.
    """

    name: str
    description: str
    counter: bool
    scope: str
    summed: bool
    unit: str
    selectors: Mapping[str, tuple[Selector, ...]]
    label: str = ""
    by_extra_rules: frozenset[str] = frozenset()

    def of(self, flavour: str) -> tuple[Selector, ...]:
        """Return the selectors of a flavour, the likeliest first; none where its rules leave the signal out."""
        return self.selectors.get(flavour, ()) or self.selectors.get("*", ())


def _matches(present: str, operator: str, value: str) -> bool:
    if operator in {"=", "!="}:
        return (present == value) == (operator == "=")
    return bool(re.fullmatch(value, present)) == (operator == "=~")


def parse(text: str, percentile: str = "99") -> Selector | None:
    """Return a selector of the table, or None where it is an expression of several."""
    text = text.replace("$Q", QUANTILES[percentile]).replace("$P", percentile).replace("$M", "")
    match = SELECTOR.fullmatch(text.strip())
    if not match or "$" in text:
        return None
    return Selector(match[1], tuple((matcher[1], matcher[2], matcher[3]) for matcher in MATCHER.finditer(match[2])))


@cache
def table(percentile: str = "99") -> Mapping[str, Signal]:
    """Return all signals by name, with time signals at a percentile: 50, 75, 95, 98, 99 or 999."""
    entries = json.loads(TABLE.read_text())["signals"]
    return {name: _signal(name, entry, percentile) for name, entry in entries.items() if _usable(entry, percentile)}


def _usable(entry: Mapping[str, object], percentile: str) -> bool:
    return any(selector for _, selector in _selectors(entry, percentile))


def _selectors(entry: Mapping[str, object], percentile: str) -> Iterator[tuple[str, Selector | None]]:
    queries: Mapping[str, str] = entry.get("queries", {})  # type: ignore[assignment]
    extra: Mapping[str, str] = entry.get("if_extra_rules", {})  # type: ignore[assignment]
    anywhere: list[str] = entry.get("first_match", [])  # type: ignore[assignment]
    for flavour, text in (*queries.items(), *extra.items(), *(("*", text) for text in anywhere)):
        yield flavour, parse(text, percentile)


def _signal(name: str, entry: Mapping[str, str], percentile: str) -> Signal:
    selectors: dict[str, tuple[Selector, ...]] = {}
    for flavour, selector in _selectors(entry, percentile):
        if selector:
            selectors[flavour] = (*selectors.get(flavour, ()), selector)
    selectors |= {
        "raw_lower": _each(lowered, selectors.get("raw", ())),
        "strimzi_reporter": _each(reported, selectors.get("strimzi", ())),
    }
    scope = entry["scope"]
    # Standby controllers report the cluster's counts too, so these must not be summed.
    of_cluster = scope == "cluster" and entry["type"] == "gauge"
    return Signal(
        name=name,
        description=entry["desc"],
        counter=entry["type"] == "counter",
        scope=scope,
        summed=entry["agg"].startswith("sum") and (name == COUNTED_ONCE or not of_cluster),
        unit=entry["unit"],
        selectors=selectors,
        label={"topic": "topic", "topic_partition": "topic"}.get(scope, "listener" if name == "connections" else ""),
        by_extra_rules=frozenset(entry.get("if_extra_rules", ())),
    )


def _each(derive: Callable[[Selector], Iterable[Selector]], selectors: Iterable[Selector]) -> tuple[Selector, ...]:
    return tuple(derived for selector in selectors for derived in derive(selector))


def lowered(raw: Selector) -> Iterator[Selector]:
    """Yield what ``lowercaseOutputName`` makes of raw names; another setting does so with labels."""
    yield Selector(raw.metric.lower(), raw.matchers)
    labels = tuple((label.lower(), operator, value) for label, operator, value in raw.matchers)
    if labels != raw.matchers:
        yield Selector(raw.metric.lower(), labels)


def reported(strimzi: Selector) -> Iterator[Selector]:
    """Yield the name that Strimzi's Metrics Reporter has for what its exporter rules rename.

    The idle share of request handlers is left out: the reporter counts nanoseconds where the rules give a share.
    """
    name = strimzi.metric.replace("_raftmetrics_", "_raft_metrics_").replace("avgidle_percent", "avgidlepercent")
    name = name.replace("_brokermetadatametrics_", "_broker_metadata_metrics_")
    if "requesthandleravgidle" not in name:
        yield Selector(re.sub(r"_total\Z", "persec_total", name), strimzi.matchers)


SCALES = {
    "java_lang_garbagecollector_collectiontime": 1e-3,
    "java_lang_garbagecollector_collectiontime_g1_young_generation": 1e-3,
    "java_lang_G1_Young_Generation_CollectionTime": 1e-3,
    "java_lang_operatingsystem_processcputime": 1e-9,
    "java_lang_OperatingSystem_ProcessCpuTime": 1e-9,
}
"""Factors from a metric's values to the signal's unit: Java counts in milli- and nanoseconds."""


DETECTED_BY = (
    ("bitnami", "kafka_server_replicamanager_total_leadercount_value"),
    ("bitnami", "kafka_controller_kafkacontroller_activecontrollercount_value"),
    ("strimzi", "kafka_network_socketserver_networkprocessoravgidle_percent"),
    ("jmx_example", "kafka_server_replicamanager_isrshrinks_total"),
    ("confluent", "kafka_server_replicamanager_isrshrinkspersec"),
    ("strimzi_reporter", "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_total"),
    ("raw", "kafka_server_ReplicaManager_Value"),
    ("raw_lower", "kafka_server_replicamanager_value"),
)


def flavour_of(names: set[str]) -> str:
    """Return the flavour that metric names show, the most specific first; empty where none is recognised."""
    return next((flavour for flavour, name in DETECTED_BY if name in names), "")
