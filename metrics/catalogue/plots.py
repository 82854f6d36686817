"""Which charts each page has, and their titles. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

TIME_PARTS = ("queue_time", "local_time", "remote_time", "response_queue_time", "response_send_time")
BROKER, TOPIC, SIGNAL = "broker", "topic", "signal"


@dataclass(frozen=True)
class Plot:
    """One chart: what it shows, and whether its lines are brokers, topics, or signals summed over the brokers."""

    title: str
    signals: tuple[str, ...]
    unit: str = "count"
    lines: str = BROKER
    stacked: bool = False
    help: str = ""


def _times(request: str, title: str) -> Plot:
    parts = tuple(f"{part}_{request}" for part in TIME_PARTS)
    return Plot(title, parts, "ms", SIGNAL, stacked=True, help="Time by phase; the slowest broker for each.")


GLANCE = (
    Plot("Bytes in", ("bytes_in",), "bytes_per_s"),
    Plot("Bytes out", ("bytes_out",), "bytes_per_s"),
    Plot("Messages in", ("messages_in",), "per_s"),
)
"""What the overview of a cluster shows of its metrics."""

PAGES: Mapping[str, tuple[Plot, ...]] = {
    "overview": (
        *GLANCE,
        Plot("Requests", ("produce_requests", "fetch_requests"), "per_s", SIGNAL),
        Plot("Failed requests", ("failed_produce", "failed_fetch"), "per_s", SIGNAL),
        Plot("Replication", ("under_replicated", "under_min_isr", "offline_partitions"), "count", SIGNAL),
        Plot("Request handlers idle", ("request_handler_idle",), "ratio"),
        Plot("Network processor idle", ("network_processor_idle",), "ratio"),
        Plot("Produce, total time (p99)", ("total_time_produce",), "ms"),
        Plot("Consumer fetch, total time (p99)", ("total_time_fetch_consumer",), "ms",
             help="A fetch waits for data up to fetch.max.wait.ms: 500 ms is normal on an idle topic."),
        Plot("Heap used", ("jvm_heap_used",), "bytes"),
        Plot("CPU", ("jvm_cpu_seconds",), "cores"),
    ),
    "brokers": (
        Plot("Leader partitions", ("leader_count",)),
        Plot("Replicas", ("partition_count",)),
        Plot("Bytes in", ("bytes_in",), "bytes_per_s"),
        Plot("Bytes out", ("bytes_out",), "bytes_per_s"),
        Plot("Request handlers idle", ("request_handler_idle",), "ratio"),
        Plot("Network processor idle", ("network_processor_idle",), "ratio"),
        Plot("Request queue size", ("request_queue_size",)),
        Plot("Connections", ("connections",)),
        Plot("Produce purgatory size", ("purgatory_produce",)),
        Plot("Fetch purgatory size", ("purgatory_fetch",)),
    ),
    "requests": (
        _times("produce", "Produce"),
        _times("fetch_consumer", "Consumer fetch"),
        _times("fetch_follower", "Follower fetch"),
        Plot("Requests", ("requests_produce", "requests_fetch_consumer", "requests_fetch_follower"), "per_s", SIGNAL),
        Plot("Failed requests", ("failed_produce", "failed_fetch"), "per_s", SIGNAL),
        Plot("Rejected bytes", ("bytes_rejected",), "bytes_per_s"),
        Plot("Throttle time", ("throttle_time_produce", "throttle_time_fetch_consumer"), "ms", SIGNAL),
    ),
    "replication": (
        Plot("Under-replicated partitions", ("under_replicated",)),
        Plot("Under-min-ISR partitions", ("under_min_isr",)),
        Plot("At-min-ISR partitions", ("at_min_isr",), help="Topics with a single replica are always included."),
        Plot("ISR shrinks", ("isr_shrinks",), "per_s"),
        Plot("ISR expands", ("isr_expands",), "per_s"),
        Plot("Max follower lag", ("replica_max_lag",)),
        Plot("Preferred replica imbalance", ("preferred_imbalance",), "count", SIGNAL),
        Plot("Unclean leader elections", ("unclean_elections",), "per_s", SIGNAL),
        Plot("Offline replicas", ("offline_replicas",)),
        Plot("Offline log directories", ("offline_log_dirs",)),
    ),
    "topics": (
        Plot("Bytes in, largest topics", ("bytes_in_by_topic",), "bytes_per_s", TOPIC),
        Plot("Bytes out, largest topics", ("bytes_out_by_topic",), "bytes_per_s", TOPIC),
        Plot("Messages in, largest topics", ("messages_in_by_topic",), "per_s", TOPIC),
        Plot("Size, largest topics", ("log_size",), "bytes", TOPIC),
    ),
    "controller": (
        Plot("Active controllers", ("active_controller",), "count", SIGNAL),
        Plot("Fenced brokers", ("fenced_brokers",), "count", SIGNAL),
        Plot("Metadata errors", ("metadata_errors", "metadata_load_errors"), "count", SIGNAL),
        Plot("Quorum: leader", ("raft_current_leader",)),
        Plot("Quorum: epoch", ("raft_current_epoch",)),
        Plot("Quorum: high watermark", ("raft_high_watermark",)),
        Plot("Quorum: commit latency", ("raft_commit_latency_avg",), "ms"),
        Plot("ZooKeeper: sessions expired", ("zk_expires",), "per_s"),
        Plot("ZooKeeper: request latency (p99)", ("zk_latency",), "ms"),
    ),
    "jvm": (
        Plot("Heap used", ("jvm_heap_used",), "bytes"),
        Plot("GC time", ("jvm_gc_seconds",), "ratio"),
        Plot("CPU", ("jvm_cpu_seconds",), "cores"),
        Plot("Threads", ("jvm_threads",)),
        Plot("Open files", ("jvm_open_fds",)),
        Plot("Written to disk", ("disk_io_bytes",), "bytes_per_s"),
    ),
}  # fmt: skip
LINES = {
    "produce_requests": "produce",
    "fetch_requests": "fetch",
    "failed_produce": "produce",
    "failed_fetch": "fetch",
    "under_replicated": "under-replicated",
    "under_min_isr": "under min ISR",
    "offline_partitions": "offline (no leader)",
    "requests_produce": "produce",
    "requests_fetch_consumer": "consumer fetch",
    "requests_fetch_follower": "follower fetch",
    "throttle_time_produce": "produce",
    "throttle_time_fetch_consumer": "fetch",
    "metadata_errors": "controller",
    "metadata_load_errors": "brokers",
    **{
        f"{part}_{request}": part.removesuffix("_time").replace("_", " ")
        for part in TIME_PARTS
        for request in ("produce", "fetch_consumer", "fetch_follower")
    },
}
LABELS = {
    "overview": "Overview", "brokers": "Brokers", "requests": "Requests", "replication": "Replication",
    "topics": "Topics", "controller": "KRaft and ZooKeeper", "jvm": "JVM and disk",
}  # fmt: skip
