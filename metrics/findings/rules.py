"""When a signal means that something is wrong. Pure.

Thresholds are those of Strimzi's, Confluent's and Grafana's own alerts where they agree; the table says which. Three of
the table's have no rule: replicas that come into sync are good news, and those that keep falling out have one; a volume
that fills up is judged by what Kafka itself reports of its disks; a group's lag by Burrow's rules.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from clusters.findings import CRITICAL, WARNING, Finding
from core.web.formats import count

Values = Mapping[str, Mapping[str, float]]  # by signal and broker


@dataclass(frozen=True)
class Rule:
    """A threshold on a signal, or on the ratio of two. ``whole`` ones are about the cluster."""

    name: str
    signal: str
    over: str = ""
    whole: bool = False
    below: bool = False
    warning: float | None = None
    critical: float | None = None
    for_seconds: int = 0
    critical_after: int | None = None
    ratio: bool = False
    page: str = "metrics"

    def worse(self, value: float, threshold: float) -> bool:
        return value < threshold if self.below else value > threshold


RULES = (
    Rule("offline-partitions", "offline_partitions", whole=True, critical=0, page="topics"),
    Rule("under-min-isr", "under_min_isr", critical=0, page="topics"),
    Rule("under-replicated", "under_replicated", warning=0, for_seconds=5, critical_after=300, page="topics"),
    Rule("offline-log-dirs", "offline_log_dirs", critical=0, page="brokers"),
    Rule("offline-replicas", "offline_replicas", critical=0, page="brokers"),
    Rule("unclean-elections", "unclean_elections", whole=True, critical=0),
    Rule("isr-shrinks", "isr_shrinks", warning=0, for_seconds=300),
    Rule("preferred-imbalance", "preferred_imbalance", whole=True, warning=0, for_seconds=1800, page="brokers"),
    Rule("fenced-brokers", "fenced_brokers", warning=0, for_seconds=60, page="brokers"),
    Rule("handlers-busy", "request_handler_idle", below=True, warning=0.3, critical=0.1, for_seconds=60, ratio=True),
    Rule("network-busy", "network_processor_idle", below=True, warning=0.3, critical=0.1, for_seconds=60, ratio=True),
    Rule("request-queue", "request_queue_size", warning=100, critical=450, for_seconds=30),
    Rule("slow-produce", "total_time_produce", warning=500, critical=1000, for_seconds=60),
    Rule("heap", "jvm_heap_used", over="jvm_heap_max", warning=0.8, critical=0.95, for_seconds=300, ratio=True),
    Rule("garbage-collection", "jvm_gc_seconds", warning=0.05, critical=0.2, for_seconds=120, ratio=True),
    Rule("file-descriptors", "jvm_open_fds", over="jvm_max_fds", warning=0.8, for_seconds=60, ratio=True),
    Rule("many-replicas", "partition_count", warning=4000, page="brokers"),
    Rule("metadata-errors", "metadata_errors", whole=True, warning=0),
    Rule("metadata-load-errors", "metadata_load_errors", warning=0),
    Rule("zookeeper-expires", "zk_expires", warning=0),
    Rule("zookeeper-slow", "zk_latency", warning=100, for_seconds=60),
    # A single failure stays in the rates for some minutes; only continued ones count.
    Rule("failed-produce", "failed_produce", warning=0, for_seconds=300),
    Rule("failed-fetch", "failed_fetch", warning=0, for_seconds=300),
    Rule("bytes-rejected", "bytes_rejected", warning=0, for_seconds=300),
    # No source has this one: so far behind, and for so long, a follower does not catch up by itself.
    Rule("follower-lag", "replica_max_lag", warning=100_000, for_seconds=600, page="brokers"),
)
CONTROLLER, TWICE, SILENT = "controller-count", "scraped-twice", "exporter-silent"
STATE, AT_MIN_ISR, SCRAPE_ERROR = "broker-state", "at-min-isr", "scrape-error"


def judge(rule: Rule, values: Values) -> list[Finding]:
    """Return what a rule finds; nothing where the signal is not known."""
    by_broker = dict(values.get(rule.signal, {}))
    if rule.over:
        whole = values.get(rule.over, {})
        by_broker = {broker: value / whole[broker] for broker, value in by_broker.items() if whole.get(broker)}
    if rule.whole and by_broker:
        by_broker = {"": max(by_broker.values())}
    return [finding for broker, value in sorted(by_broker.items()) if (finding := _finding(rule, broker, value))]


def _finding(rule: Rule, broker: str, value: float) -> Finding | None:
    for severity, threshold in ((CRITICAL, rule.critical), (WARNING, rule.warning)):
        if threshold is not None and rule.worse(value, threshold):
            sign = "below" if rule.below else "above"
            return Finding(
                rule.name,
                f"broker {broker}" if broker else "",
                severity,
                written(value, ratio=rule.ratio),
                f"{sign} {written(threshold, ratio=rule.ratio)}",
                for_seconds=rule.for_seconds,
                critical_after=rule.critical_after,
                page="broker" if broker.isdecimal() else rule.page,
                target=broker if broker.isdecimal() else "",
            )
    return None


def written(value: float, *, ratio: bool = False) -> str:
    """Write a value: ratios in per cent, whole numbers with separators, others with three digits."""
    if ratio:
        return f"{value:.0%}"
    return count(round(value)) if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def judge_all(values: Values, *, rules: tuple[Rule, ...] = RULES, all_brokers_answered: bool = True) -> list[Finding]:
    """Return what all rules find; controllers are counted only if ``all_brokers_answered``."""
    findings = [finding for rule in rules for finding in judge(rule, values)]
    return findings + controllers(values) if all_brokers_answered else findings


def without_silent(values: Values, silent_brokers: Collection[str]) -> Values:
    """Return the values of the brokers that answered: rates of a silent broker outlast it."""
    return {
        signal: {broker: value for broker, value in by_broker.items() if broker not in silent_brokers}
        for signal, by_broker in values.items()
    }


def unknown(silent_brokers: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return the rules and subjects that are unknown while brokers are silent; one of them may be the controller."""
    subjects = {"", *(f"broker {broker}" for broker in silent_brokers)} if silent_brokers else set()
    return frozenset((rule, subject) for rule in JUDGED_BY_METRICS - {SILENT} for subject in subjects)


def controllers(values: Values) -> list[Finding]:
    """Return a finding where not exactly one controller is active."""
    by_broker = values.get("active_controller", {})
    number = sum(by_broker.values())
    if not by_broker or number == 1:
        return []
    names = tuple(f"broker {broker}" for broker, value in sorted(by_broker.items()) if value)
    return [Finding(CONTROLLER, "", CRITICAL, written(number), "not 1", names, for_seconds=30, page="brokers")]


def scraped_twice(times: Mapping[str, float]) -> list[Finding]:
    """Return a finding where brokers are scraped by more than one job, which doubles naive sums."""
    twice = {broker: number for broker, number in times.items() if number > 1}
    if not twice:
        return []
    names = tuple(f"broker {broker}: {number:.0f} times" for broker, number in sorted(twice.items()))
    return [Finding(TWICE, "", WARNING, f"{max(twice.values()):.0f} times", "more than once", names, page="metrics")]


def silent_exporters(failures: Mapping[str, str], for_seconds: int = 180) -> list[Finding]:
    """Return a finding per exporter that does not answer; ``failures`` are sentences by broker."""
    return [
        Finding(SILENT, f"broker {broker}", CRITICAL, sentence, names=(), for_seconds=for_seconds, page="metrics")
        for broker, sentence in sorted(failures.items())
    ]


JUDGED_BY_METRICS = frozenset(
    {rule.name for rule in RULES} | {CONTROLLER, TWICE, SILENT, STATE, AT_MIN_ISR, SCRAPE_ERROR}
)
