"""``/metrics``: Burrow's series by its names and labels, and our own, all from stored rows.

A process caches the text until a tick or a look at a cluster has changed it; ages are exposed as timestamps, so that
they do not change it.
"""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any

from clusters.models import Cluster, Mirror
from lag.models import Forgotten, Shard, Source, Tally, TopicOffsets, WatchedGroup

Series = Iterable[tuple[str, object]]
_cached: dict[str, Any] = {"version": None, "text": ""}


def text() -> str:
    version = state()
    if _cached["version"] != version:
        _cached["text"] = "".join(lines())
        _cached["version"] = version
    return str(_cached["text"])


def state() -> tuple[object, ...]:
    """Return a value that changes whenever the text would."""
    return (
        tuple(Shard.objects.order_by("pk").values_list("pk", "ticks", "fence", "error")),
        tuple(Mirror.objects.order_by("pk").values_list("pk", "looked_at", "error")),
        tuple(Cluster.objects.order_by("pk").values_list("pk", "name")),
        tuple(Forgotten.objects.order_by("pk").values_list("pk")),
        WatchedGroup.objects.count(),
        tuple(Tally.objects.order_by("pk").values_list("pk", "number")),
    )


def lines() -> Iterator[str]:
    """Yield the exposition, family by family."""
    names = {pk: escaped(name) for pk, name in Cluster.objects.values_list("pk", "name")}
    columns = ("cluster_id", "name", "status", "total_lag", "time_lag", "lost", "verdict")
    groups = list(of_known(names, WatchedGroup.objects.order_by("cluster", "name").values_list(*columns)))
    yield from burrows(names, groups)
    yield from ours(names, groups)


def of_known(names: dict[int, str], rows: Iterable[Any]) -> Iterator[Any]:
    """Leave out rows of clusters that were added after the names were read. A row begins with its cluster."""
    return (row for row in rows if row[0] in names)


def burrows(names: dict[int, str], groups: list[Any]) -> Iterator[str]:
    """Yield Burrow's families; partitions whose window is not full have only a lag, as in Burrow."""
    offsets: list[str] = []
    lags: list[str] = []
    statuses: list[str] = []
    totals, verdicts = [], []
    for pk, name, status, total, _, _, verdict in groups:
        labels = f'cluster="{names[pk]}",consumer_group="{escaped(name)}"'
        totals.append((labels, total))
        verdicts.append((labels, status))
        for topic, partitions in verdict.items():
            end = f'",topic="{escaped(topic)}"}} '
            for number, (state_, lag, offset, complete, _) in enumerate(partitions):
                labels_end = f'{{{labels},partition="{number}{end}'
                lags.append(f"burrow_kafka_consumer_partition_lag{labels_end}{lag}\n")
                if complete == 1 and offset is not None:
                    offsets.append(f"burrow_kafka_consumer_current_offset{labels_end}{offset}\n")
                    statuses.append(f"burrow_kafka_topic_partition_status{labels_end}{state_}\n")
    yield from raw("burrow_kafka_consumer_current_offset", "Last committed offset of a full window", offsets)
    yield from family("burrow_kafka_consumer_lag_total", "Sum of a group's current lags", totals)
    yield from raw("burrow_kafka_consumer_partition_lag", "Current lag, in records", lags)
    yield from family("burrow_kafka_consumer_status", "A group's status: 1 OK, 2 WARN, 3 ERR", verdicts)
    yield from family("burrow_kafka_topic_partition_offset", "Log end offset", list(topic_offsets(names)))
    text = "A partition's status: 1 OK, 2 WARN, 4 STOP, 5 STALL, 6 REWIND"
    yield from raw("burrow_kafka_topic_partition_status", text, statuses)


def topic_offsets(names: dict[int, str]) -> Series:
    """Yield the end offsets; each keeps its partition's number."""
    rows = TopicOffsets.objects.order_by("cluster", "topic").values_list("cluster_id", "topic", "ends")
    for pk, topic, ends in of_known(names, rows):
        for number, end in enumerate(ends):
            if end is not None:
                yield f'cluster="{names[pk]}",partition="{number}",topic="{escaped(topic)}"', end


def ours(names: dict[int, str], groups: list[Any]) -> Iterator[str]:
    """Yield the series that Burrow does not have."""
    late: list[tuple[str, object]] = []
    lost: list[tuple[str, object]] = []
    for pk, name, _, _, seconds, records, _ in groups:
        labels = f'cluster="{names[pk]}",consumer_group="{escaped(name)}"'
        lost.append((labels, records))
        if seconds is not None:
            late.append((labels, seconds))
    yield from family("kafkaadmin_group_lag_seconds", "Time lag: age of the oldest unconsumed record", late)
    yield from family("kafkaadmin_group_lost_records", "Records deleted by retention before being consumed", lost)
    yield from collectors(names)
    rows = Mirror.objects.order_by("pk").values_list("pk", "error", "looked_at", "seconds")
    mirrors = list(of_known(names, rows))
    up = [(f'cluster="{names[pk]}"', int(not error)) for pk, error, _, _ in mirrors]
    seen = [(f'cluster="{names[pk]}"', at.timestamp()) for pk, _, at, _ in mirrors if at]
    took = [(f'cluster="{names[pk]}"', seconds) for pk, _, _, seconds in mirrors]
    yield from family("kafkaadmin_cluster_up", "Whether Kafka answered the last refresh", up)
    yield from family("kafkaadmin_cluster_looked_at_timestamp_seconds", "Time of the last refresh", seen)
    yield from family("kafkaadmin_cluster_look_seconds", "Duration of the last refresh, in seconds", took)
    tallies = Tally.objects.order_by("what", "label").values_list("what", "label", "number")
    counted = [(f'kind="{escaped(what)}",label="{escaped(label)}"', number) for what, label, number in tallies]
    yield from family("kafkaadmin_events_total", "Requests to Burrow's API, and tasks, by outcome", counted, "counter")
    yield from family("kafkaadmin_build_info", "The version", [(f'version="{escaped(version("kafkaadmin"))}"', 1)])


def collectors(names: dict[int, str]) -> Iterator[str]:
    """Yield the state of the collectors."""
    shards = [
        (f'cluster="{names[shard.cluster_id]}",shard="{shard.number}"', shard)
        for shard in Shard.objects.filter(cluster__in=list(names)).order_by("cluster", "number")
    ]
    columns = (
        ("kafkaadmin_lag_ticks_total", "Rounds", "counter", "ticks"),
        ("kafkaadmin_lag_records_total", "Records of __consumer_offsets applied", "counter", "records"),
        ("kafkaadmin_lag_unread_records", "Records of __consumer_offsets not read yet", "gauge", "unread"),
        ("kafkaadmin_lag_tick_seconds", "Duration of the last round", "gauge", "seconds"),
    )
    for name, text_, kind, column in columns:
        yield from family(name, text_, [(labels, getattr(shard, column)) for labels, shard in shards], kind)
    ended = [(labels, shard.ticked_at.timestamp()) for labels, shard in shards if shard.ticked_at]
    yield from family("kafkaadmin_lag_ticked_at_timestamp_seconds", "End of the last round", ended)
    outcomes = [
        (f'{labels},outcome="{escaped(outcome)}"', number)
        for labels, shard in shards
        for outcome, number in shard.counts.items()
    ]
    yield from family(
        "kafkaadmin_lag_records_by_outcome_total", "Records of __consumer_offsets by outcome", outcomes, "counter"
    )
    sources = Source.objects.order_by("cluster", "partition").values_list("cluster_id", "partition", "position", "end")
    sources_by_labels = [
        (f'cluster="{names[pk]}",partition="{number}"', at, end) for pk, number, at, end in of_known(names, sources)
    ]
    positions = [(labels, at) for labels, at, _ in sources_by_labels]
    ends = [(labels, end) for labels, _, end in sources_by_labels]
    yield from family("kafkaadmin_lag_position", "Next offset to read of __consumer_offsets", positions)
    yield from family("kafkaadmin_lag_end", "Log end offset of __consumer_offsets", ends)


def family(name: str, text: str, series: Series, kind: str = "gauge") -> Iterator[str]:
    return raw(name, text, [f"{name}{{{labels}}} {value}\n" for labels, value in series], kind)


def raw(name: str, text: str, series: list[str], kind: str = "gauge") -> Iterator[str]:
    """Yield one family from finished lines."""
    if series:
        yield f"# HELP {name} {text}\n# TYPE {name} {kind}\n"
        yield from series


def escaped(value: str) -> str:
    """Escape a label's value for the text format."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
