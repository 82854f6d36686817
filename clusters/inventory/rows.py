"""From Kafka's responses to inventory rows, and from rows to the fewest writes. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from clusters.gateway.brokers import BrokerLogDirs
from clusters.gateway.groups.describing import GroupDetail, GroupListing, GroupOffsets
from clusters.gateway.groups.share import ShareGroupOffsets
from clusters.gateway.maintenance import BrokerMaintenance, is_topic_throttled
from clusters.gateway.offsets import Watermarks, lag
from clusters.gateway.topics import Metadata, Partition, TopicDescription

TopicPartition = tuple[str, int]
Row = dict[str, Any]
K = TypeVar("K", bound=Hashable)
NAMED = 20  # unhealthy partitions described in a topic's row


@dataclass(frozen=True)
class TopicConfig:
    """The configs shown in lists. ``retention_ms`` -1 is for ever."""

    cleanup_policy: str = ""
    retention_ms: int | None = None
    min_isr: int | None = None
    throttled: bool = False


def topic_config(values: Mapping[str, str | None]) -> TopicConfig:
    """Return the configs shown in lists from Kafka's names and values."""

    def number(key: str) -> int | None:
        value = values.get(key)
        return int(value) if value is not None else None

    policy = values.get("cleanup.policy") or ""
    return TopicConfig(policy, number("retention.ms"), number("min.insync.replicas"), is_topic_throttled(values))


def under_min_isr(partitions: Iterable[Partition], min_isr: int | None) -> int | None:
    """Count partitions that refuse ``acks=all``: fewer replicas in sync than ``min.insync.replicas``.

    Brokers never require more than a partition has (kafka.cluster.Partition, effectiveMinIsr).
    """
    if min_isr is None:
        return None
    return sum(len(partition.isr) < min(min_isr, len(partition.replicas)) for partition in partitions)


def trouble(partitions: Iterable[Partition]) -> list[str]:
    """Describe the partitions that have no leader or lack replicas, at most twenty."""
    unhealthy = [partition for partition in partitions if partition.offline or partition.under_replicated]
    unhealthy.sort(key=lambda partition: (not partition.offline, partition.id))
    return [named(partition) for partition in unhealthy[:NAMED]]


def named(partition: Partition) -> str:
    """Describe what a partition lacks: ``3: no leader, missing brokers 1, 2``."""
    missing = sorted(set(partition.replicas) - set(partition.isr))
    noun = "broker" if len(missing) == 1 else "brokers"
    parts = ["no leader"] if partition.offline else []
    parts += [f"missing {noun} {', '.join(map(str, missing))}"] if missing else []
    return f"{partition.id}: {', '.join(parts)}"


def leaders_of(topics: Iterable[TopicDescription]) -> dict[TopicPartition, int | None]:
    """Return the leaders of partitions that have one."""
    return {
        (topic.name, partition.id): partition.leader
        for topic in topics
        for partition in topic.partitions
        if not partition.offline
    }


def messages(topic: TopicDescription, marks: Mapping[TopicPartition, Watermarks]) -> int | None:
    """Sum the offsets between low and high watermarks; None if one partition is unknown.

    Compaction and transaction markers leave holes, so this is an upper bound of the records.
    """
    total = 0
    for partition in topic.partitions:
        mark = marks.get((topic.name, partition.id))
        if mark is None or mark.low is None or mark.high is None:
            return None
        total += mark.high - mark.low
    return total


def end_offsets(topic: TopicDescription, marks: Mapping[TopicPartition, Watermarks]) -> int | None:
    """Sum the latest offsets of a topic's partitions; None if one is unknown."""
    highs = [marks[key].high if (key := (topic.name, part.id)) in marks else None for part in topic.partitions]
    return None if None in highs else sum(high or 0 for high in highs)


def last_record(before: int | None, after: int | None, now: datetime) -> Row:
    """Return when a topic's last record was seen, if that changed from one sum of end offsets to the next.

    A smaller sum means that the topic was created again, or truncated.
    """
    if before is None or after is None or before == after:
        return {}
    return {"last_record_at": now if after else None}


def topic_row(
    topic: TopicDescription,
    config: TopicConfig,
    marks: Mapping[TopicPartition, Watermarks],
    sizes: Mapping[str, int],
) -> Row:
    return {
        "internal": topic.internal,
        "partitions": len(topic.partitions),
        "replication": max((len(partition.replicas) for partition in topic.partitions), default=0),
        "under_replicated": sum(partition.under_replicated for partition in topic.partitions),
        "offline": sum(partition.offline for partition in topic.partitions),
        "under_min_isr": under_min_isr(topic.partitions, config.min_isr),
        "trouble": trouble(topic.partitions),
        "messages": messages(topic, marks),
        "end_offsets": end_offsets(topic, marks),
        "size": sizes.get(topic.name),
        "cleanup_policy": config.cleanup_policy,
        "retention_ms": config.retention_ms,
        "min_isr": config.min_isr,
        "throttled": config.throttled,
    }


def topic_sizes(
    log_dirs: Iterable[BrokerLogDirs], answered: Collection[int], expected: Collection[int]
) -> dict[str, int]:
    """Return bytes on disk by topic, over all replicas; empty if a broker did not answer."""
    if not set(expected) <= set(answered):
        return {}
    sizes: Counter[str] = Counter()
    for broker in log_dirs:
        for (topic, _), size in broker.sizes.items():
            sizes[topic] += size
    return dict(sizes)


def broker_rows(
    metadata: Metadata, log_dirs: Iterable[BrokerLogDirs], maintenance_by_broker: Mapping[int, BrokerMaintenance]
) -> dict[int, Row]:
    """Return a row per live broker, and per absent one that still has replicas."""
    leaders: Counter[int] = Counter()
    replicas: Counter[int] = Counter()
    lagging: Counter[int] = Counter()
    for topic in metadata.topics:
        for partition in topic.partitions:
            leaders.update([] if partition.leader is None else [partition.leader])
            replicas.update(partition.replicas)
            lagging.update(set(partition.replicas) - set(partition.isr))
    live = {broker.id: broker for broker in metadata.brokers}
    disks = {broker.broker_id: broker for broker in log_dirs}
    rows: dict[int, Row] = {}
    for broker_id in live.keys() | replicas.keys():
        broker, disk = live.get(broker_id), disks.get(broker_id)
        rows[broker_id] = {
            **({"host": broker.host, "port": broker.port, "rack": broker.rack or ""} if broker else {}),
            "online": broker is not None,
            "leaders": leaders[broker_id],
            "replicas": replicas[broker_id],
            "out_of_sync": lagging[broker_id],
            **(disk_row(disk) if disk else {}),
            **(
                {"release": maintenance_of.release, "throttled": maintenance_of.throttled}
                if (maintenance_of := maintenance_by_broker.get(broker_id))
                else {}
            ),
        }
    return rows


def disk_row(disk: BrokerLogDirs) -> Row:
    """Return the size of a broker's replicas, and its volumes' total and free bytes where known."""

    def summed(values: Iterable[int | None]) -> int | None:
        numbers = list(values)
        return None if None in numbers or not numbers else sum(value or 0 for value in numbers)

    return {
        "size": sum(disk.sizes.values()),
        "disk_total": summed(directory.total_bytes for directory in disk.dirs),
        "disk_free": summed(directory.usable_bytes for directory in disk.dirs),
    }


@dataclass
class Behind:
    """A group's lag: the sum of the known ones, and the number of unknown partitions."""

    known: int = 0
    unknown: int = 0
    counted: int = 0

    def add(self, partition_lag: int | None) -> None:
        self.counted += 1
        if partition_lag is None:
            self.unknown += 1
        else:
            self.known += partition_lag

    @property
    def lag(self) -> int | None:
        """The sum of the known lags; None if none is known."""
        return self.known if self.counted > self.unknown else None


def behind_by_topic(offsets: GroupOffsets, ends: Mapping[TopicPartition, int | None]) -> dict[str, Behind]:
    topics: dict[str, Behind] = defaultdict(Behind)
    for (topic, partition), committed in offsets.offsets.items():
        topics[topic].add(lag(committed, ends.get((topic, partition))))
    return dict(topics)


def share_behind_by_topic(offsets: ShareGroupOffsets) -> dict[str, Behind]:
    topics: dict[str, Behind] = defaultdict(Behind)
    for (topic, _), offset in offsets.offsets.items():
        topics[topic].add(offset.lag)
    return dict(topics)


def group_row(listing: GroupListing, detail: GroupDetail | None, behind: Mapping[str, Behind] | None) -> Row:
    """Return a group's inventory row; what did not answer is left out, so that the stored value stays."""
    row: Row = {"state": detail.state if detail else listing.state, "type": listing.type}
    if listing.coordinator is not None:
        row["coordinator"] = listing.coordinator
    if detail:
        row |= {"protocol": detail.protocol, "members": len(detail.members)}
    if behind is not None:
        known_lags = [topic.lag for topic in behind.values() if topic.lag is not None]
        row |= {
            "topics": len(behind),
            "lag": sum(known_lags) if known_lags else None,
            "unknown": sum(topic.unknown for topic in behind.values()),
        }
    return row


@dataclass(frozen=True)
class Difference(Generic[K]):
    """The fewest writes that make the stored rows equal to the target rows."""

    add: dict[K, Row] = field(default_factory=dict)
    alter: dict[K, Row] = field(default_factory=dict)
    remove: set[K] = field(default_factory=set)


def difference(stored: Mapping[K, Row], target: Mapping[K, Row]) -> Difference[K]:
    """Compare rows by key. A field that a target row leaves out keeps its stored value."""
    add = {key: row for key, row in target.items() if key not in stored}
    alter = {
        key: changed
        for key, row in target.items()
        if key in stored and (changed := {name: value for name, value in row.items() if stored[key].get(name) != value})
    }
    return Difference(add, alter, set(stored) - set(target))
