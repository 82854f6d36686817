"""Findings from the inventory, without Kafka requests: partitions by name, replication, brokers, disks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from clusters.findings import CRITICAL, INFO, WARNING, Finding, Former, SourceResult
from clusters.models import Broker, Cluster, Mirror, Topic
from core.web.formats import plural, size

FIRST = 20  # names listed in a finding
DISK_WARNING, DISK_CRITICAL = 0.15, 0.05
SKEW = 2.0  # a broker that leads more than twice the mean
SKEW_LEAST = 20  # leaders on a broker below which skew means nothing
RULES = frozenset({
    "unreachable", "broker-down", "no-leader", "replicas-missing", "below-min-isr", "one-replica", "min-isr-too-high",
    "leaders-skewed", "disk-full", "no-controller", "releases-differ",
})  # fmt: skip
THROTTLE_HOLD = 600  # seconds after a reassignment by when its throttles must be gone
ALWAYS = frozenset({"unreachable"})


@dataclass(frozen=True)
class BrokerRow:
    """A broker in the inventory; bytes are None where unknown."""

    id: int
    online: bool
    leaders: int
    disk_total: int | None = None
    disk_free: int | None = None
    release: str = ""
    throttled: bool | None = None


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Judge a cluster by its inventory; if it does not answer, only that is known."""
    mirror = Mirror.objects.filter(pk=cluster.pk).first()
    if mirror is None or mirror.looked_at is None:
        return SourceResult(frozenset())
    if mirror.error:
        return SourceResult(ALWAYS, (unreachable(mirror),))
    rows = Broker.objects.filter(cluster=cluster).order_by("broker_id")
    brokers = [
        BrokerRow(row.broker_id, row.online, row.leaders, row.disk_total, row.disk_free, row.release, row.throttled)
        for row in rows
    ]
    judged = (*of_brokers(brokers), *releases(brokers), *no_controller(mirror), *of_topics(cluster))
    if mirror.reassigning is None:
        return SourceResult(RULES, judged)
    throttled = Topic.objects.filter(cluster=cluster, throttled=True).order_by("name").values_list("name", flat=True)
    return SourceResult(RULES | {"throttle-left"}, (*judged, *throttles(brokers, list(throttled), mirror.reassigning)))


def unreachable(mirror: Mirror) -> Finding:
    return Finding("unreachable", "", CRITICAL, mirror.error, mirror.advice[:100], page="cluster")


def no_controller(mirror: Mirror) -> list[Finding]:
    return (
        [Finding("no-controller", "", CRITICAL, "none", for_seconds=30, page="brokers")]
        if mirror.controller_id is None
        else []
    )


def of_brokers(brokers: list[BrokerRow]) -> list[Finding]:
    """Find brokers that are down, that lead far more than others, or whose disks fill up."""
    findings = [
        Finding("broker-down", f"broker {broker.id}", CRITICAL, "down", page="broker", target=str(broker.id))
        for broker in brokers
        if not broker.online
    ]
    online = [broker for broker in brokers if broker.online]
    mean = sum(broker.leaders for broker in online) / len(online) if online else 0
    for broker in online:
        subject, target = f"broker {broker.id}", str(broker.id)
        if len(online) > 1 and broker.leaders >= SKEW_LEAST and broker.leaders > SKEW * mean:
            value = f"{plural(broker.leaders, 'leader partition')}, the mean is {mean:.0f}"
            findings.append(
                Finding(
                    "leaders-skewed", subject, WARNING, value, "twice the mean",
                    for_seconds=600, page="broker", target=target,
                )
            )  # fmt: skip
        if broker.disk_total and broker.disk_free is not None and broker.disk_free / broker.disk_total < DISK_WARNING:
            free = broker.disk_free / broker.disk_total
            severity = CRITICAL if free < DISK_CRITICAL else WARNING
            value, least = f"{free:.0%} free, {size(broker.disk_free)}", f"below {DISK_WARNING:.0%}"
            findings.append(Finding("disk-full", subject, severity, value, least, page="broker", target=target))
    return findings


def releases(brokers: list[BrokerRow]) -> list[Finding]:
    """Find that brokers run different releases: during an upgrade, or after one that was not finished."""
    by_release: dict[str, list[int]] = {}
    for broker in brokers:
        if broker.online and broker.release:
            by_release.setdefault(broker.release, []).append(broker.id)
    if len(by_release) < 2:
        return []
    names = tuple(f"{release}: {', '.join(map(str, ids))}" for release, ids in sorted(by_release.items()))
    value = plural(len(by_release), "version")
    return [Finding("releases-differ", "", WARNING, value, "one", names, for_seconds=3600, page="brokers")]


def throttles(brokers: list[BrokerRow], topics: list[str], reassigning: int) -> list[Finding]:
    """Find replication throttles left behind by a reassignment: they slow down every later recovery too."""
    slowed = [f"broker {broker.id}" for broker in brokers if broker.throttled]
    if reassigning or not (slowed or topics):
        return []
    value = f"{plural(len(slowed), 'broker')} and {plural(len(topics), 'topic')}, but no reassignment is running"
    names = (*slowed, *topics)[:FIRST]
    return [Finding("throttle-left", "", WARNING, value, "none", names, for_seconds=THROTTLE_HOLD, page="brokers")]


def of_topics(cluster: Cluster) -> list[Finding]:
    """Find partitions without leader or replicas, by name, and topics that would not survive a lost broker."""
    topics = Topic.objects.filter(cluster=cluster)
    findings = []
    for rule, field, severity, hold, critical_after in (
        ("no-leader", "offline", CRITICAL, 0, None),
        ("below-min-isr", "under_min_isr", CRITICAL, 0, None),
        ("replicas-missing", "under_replicated", WARNING, 5, 300),
    ):
        rows = topics.filter(**{f"{field}__gt": 0})
        number = sum(rows.values_list(field, flat=True))
        if number:
            findings.append(
                Finding(
                    rule, "", severity, plural(number, "partition"), "none", names_of(rows.order_by("name")[:FIRST]),
                    for_seconds=hold, critical_after=critical_after, page="topics",
                    target="?unhealthy=1&internal=1",
                )
            )  # fmt: skip
    return [*findings, *_configured(topics.filter(internal=False))]


def names_of(topics: Iterable[Topic]) -> tuple[str, ...]:
    """Return the names of unhealthy partitions, at most twenty."""
    return tuple(f"{topic.name}-{partition}" for topic in topics for partition in topic.trouble)[:FIRST]


def _configured(topics: QuerySet[Topic]) -> list[Finding]:
    """Find topics configured so that one lost broker loses data, or stops writes."""
    findings = []
    single, tight = topics.filter(replication=1), topics.filter(replication__gt=1, min_isr__gte=F("replication"))
    for rule, rows, severity in (("one-replica", single, INFO), ("min-isr-too-high", tight, WARNING)):
        number = rows.count()
        if number:
            names = tuple(rows.order_by("name").values_list("name", flat=True)[:FIRST])
            findings.append(Finding(rule, "", severity, plural(number, "topic"), names=names, page="topics"))
    return findings
