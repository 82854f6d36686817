"""What the inventory tells is wrong: partitions by name, replication, brokers, disks. No Kafka request is made."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from clusters.findings import CRITICAL, INFO, WARNING, Finding, SourceResult
from clusters.models import Broker, Cluster, Mirror, Topic
from core.web.formats import count, plural, size

FIRST = 20  # names that a finding tells
DISK_WARNING, DISK_CRITICAL = 0.15, 0.05
SKEW = 2.0  # a broker that leads more than twice the mean
SKEW_LEAST = 20  # partitions led, below which skew means nothing
RULES = frozenset({
    "unreachable", "broker-down", "no-leader", "replicas-missing", "below-min-isr", "one-replica", "min-isr-too-high",
    "leaders-skewed", "disk-full", "no-controller", "releases-differ",
})  # fmt: skip
THROTTLE_HOLD = 600  # seconds between the end of a reassignment and when its throttles must be gone
ALWAYS = frozenset({"unreachable"})


@dataclass(frozen=True)
class BrokerRow:
    """A broker as the inventory has it; bytes are None where Kafka does not tell."""

    id: int
    online: bool
    leaders: int
    disk_total: int | None = None
    disk_free: int | None = None
    release: str = ""
    throttled: bool | None = None


def look(cluster: Cluster) -> SourceResult:
    """Judge a cluster by its inventory; only that it does not answer is known when it does not."""
    mirror = Mirror.objects.filter(pk=cluster.pk).first()
    if mirror is None or mirror.looked_at is None:
        return SourceResult(frozenset())
    if mirror.error:
        return SourceResult(ALWAYS, (unreachable(mirror),))
    rows = Broker.objects.filter(cluster=cluster).order_by("broker_id")
    brokers = [
        BrokerRow(b.broker_id, b.online, b.leaders, b.disk_total, b.disk_free, b.release, b.throttled) for b in rows
    ]
    judged = (*of_brokers(brokers), *releases(brokers), *no_controller(mirror), *of_topics(cluster))
    if mirror.reassigning is None:
        return SourceResult(RULES, judged)
    throttled = Topic.objects.filter(cluster=cluster, throttled=True).order_by("name").values_list("name", flat=True)
    return SourceResult(RULES | {"throttle-left"}, (*judged, *throttles(brokers, list(throttled), mirror.reassigning)))


def unreachable(mirror: Mirror) -> Finding:
    """Find that Kafka does not answer."""
    return Finding("unreachable", "", CRITICAL, mirror.error, mirror.advice[:100], page="cluster")


def no_controller(mirror: Mirror) -> list[Finding]:
    """Find that nobody is the controller."""
    return (
        [Finding("no-controller", "", CRITICAL, "none", for_seconds=30, page="brokers")]
        if mirror.controller_id is None
        else []
    )


def of_brokers(brokers: list[BrokerRow]) -> list[Finding]:
    """Find brokers that are down, that lead far more than others, or whose disks fill up."""
    found = [
        Finding("broker-down", f"broker {one.id}", CRITICAL, "down", for_seconds=0, page="broker", target=str(one.id))
        for one in brokers
        if not one.online
    ]
    online = [one for one in brokers if one.online]
    mean = sum(one.leaders for one in online) / len(online) if online else 0
    for one in online:
        subject, target = f"broker {one.id}", str(one.id)
        if len(online) > 1 and one.leaders >= SKEW_LEAST and one.leaders > SKEW * mean:
            value = f"leads {plural(one.leaders, 'partition')}, the mean is {mean:.0f}"
            found.append(
                Finding(
                    "leaders-skewed", subject, WARNING, value, "twice the mean", for_seconds=600, page="broker",
                    target=target,
                )
            )  # fmt: skip
        if one.disk_total and one.disk_free is not None and one.disk_free / one.disk_total < DISK_WARNING:
            free = one.disk_free / one.disk_total
            severity = CRITICAL if free < DISK_CRITICAL else WARNING
            value, least = f"{free:.0%} free, {size(one.disk_free)}", f"below {DISK_WARNING:.0%}"
            found.append(Finding("disk-full", subject, severity, value, least, page="broker", target=target))
    return found


def releases(brokers: list[BrokerRow]) -> list[Finding]:
    """Find that brokers run different releases: in the midst of an upgrade, or one that was not finished."""
    by_release: dict[str, list[int]] = {}
    for one in brokers:
        if one.online and one.release:
            by_release.setdefault(one.release, []).append(one.id)
    if len(by_release) < 2:
        return []
    names = tuple(f"{release}: {', '.join(map(str, ids))}" for release, ids in sorted(by_release.items()))
    value = plural(len(by_release), "release")
    return [Finding("releases-differ", "", WARNING, value, "one", names, for_seconds=3600, page="brokers")]


def throttles(brokers: list[BrokerRow], topics: list[str], reassigning: int) -> list[Finding]:
    """Find throttles of replication that a reassignment left behind: they slow every later recovery, too."""
    slowed = [f"broker {one.id}" for one in brokers if one.throttled]
    if reassigning or not (slowed or topics):
        return []
    value = f"{plural(len(slowed), 'broker')} and {plural(len(topics), 'topic')}, and nothing is being moved"
    names = (*slowed, *topics)[:FIRST]
    return [Finding("throttle-left", "", WARNING, value, "none", names, for_seconds=THROTTLE_HOLD, page="brokers")]


def of_topics(cluster: Cluster) -> list[Finding]:
    """Find partitions without leader or replicas, by name, and topics that a lost broker takes down."""
    topics = Topic.objects.filter(cluster=cluster)
    found = []
    for rule, condition, severity, hold, critical_after in (
        ("no-leader", Q(offline__gt=0), CRITICAL, 0, None),
        ("below-min-isr", Q(under_min_isr__gt=0), CRITICAL, 0, None),
        ("replicas-missing", Q(under_replicated__gt=0), WARNING, 5, 300),
    ):
        field = {"no-leader": "offline", "below-min-isr": "under_min_isr"}.get(rule, "under_replicated")
        rows = topics.filter(condition)
        number = sum(rows.values_list(field, flat=True))
        if number:
            found.append(
                Finding(
                    rule, "", severity, plural(number, "partition"), "none", names_of(rows.order_by("name")[:FIRST]),
                    for_seconds=hold, critical_after=critical_after, page="topics",
                    target="?trouble=1&internal=1",
                )
            )  # fmt: skip
    return [*found, *_configured(topics.filter(internal=False))]


def names_of(topics: Iterable[Topic]) -> tuple[str, ...]:
    """Name the partitions in trouble of some topics, at most twenty in all."""
    return tuple(f"{topic.name}-{one}" for topic in topics for one in topic.trouble)[:FIRST]


def _configured(topics: QuerySet[Topic]) -> list[Finding]:
    """Find what is set up so that one lost broker loses data, or stops writes."""
    found = []
    single, tight = topics.filter(replication=1), topics.filter(replication__gt=1, min_isr__gte=F("replication"))
    for rule, rows, severity in (("one-replica", single, INFO), ("min-isr-too-high", tight, WARNING)):
        number = rows.count()
        if number:
            names = tuple(rows.order_by("name").values_list("name", flat=True)[:FIRST])
            found.append(Finding(rule, "", severity, f"{count(number)} {'topic' if number == 1 else 'topics'}",
                                names=names, page="topics"))  # fmt: skip
    return found
