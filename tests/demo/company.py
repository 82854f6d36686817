"""A believable company: its topics, its groups and how each behaves, its ACLs. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WEEK, HOUR = 7 * 86_400_000, 3_600_000


@dataclass(frozen=True)
class TopicPlan:
    """A topic, how fast it is written (messages a second), and in which form."""

    name: str
    partitions: int
    rate: float
    replication: int = 3
    form: str = "json"
    configs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupPlan:
    """A group, what it does, and the status that Burrow's rules must come to.

    ``behaviour``: keep-up, fall-behind, stall, rewind (a member that does so), dead, idle, partial, lost (offsets
    without a member), share.
    """

    name: str
    topic: str
    behaviour: str
    status: str
    protocol: str = "classic"


SMALL = {"retention.bytes": "8388608", "segment.bytes": "1048576"}
TOPICS = (
    TopicPlan("orders", 6, 5, configs={"retention.ms": str(WEEK), "min.insync.replicas": "2"}),
    TopicPlan("orders.returns", 3, 1, configs={"retention.ms": str(4 * WEEK)}),
    TopicPlan("payments", 6, 8, configs={"compression.type": "lz4", **SMALL}),
    TopicPlan("payments.failed", 1, 0),
    TopicPlan("customers", 3, 1, configs={"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"}),
    TopicPlan("inventory", 3, 4, configs=SMALL),
    TopicPlan("shipments", 3, 1, configs={"max.message.bytes": "2097152"}),
    TopicPlan("geo.zones", 3, 0),
    TopicPlan("clicks", 12, 10, configs={"retention.ms": str(HOUR), **SMALL}),
    TopicPlan("search.updates", 2, 3, configs=SMALL),
    TopicPlan("notifications", 3, 2),
    TopicPlan("fraud.alerts", 3, 0.5, configs={"unclean.leader.election.enable": "false"}),
    TopicPlan("audit.log", 2, 2, form="text", configs={"retention.ms": "-1", "retention.bytes": "16777216"}),
    TopicPlan("app.logs", 4, 6, form="text", configs={"retention.ms": str(HOUR), **SMALL}),
    TopicPlan("scratch", 2, 0.5, replication=1, form="text", configs={"min.insync.replicas": "1"}),
    TopicPlan("legacy.export", 1, 0.5, configs=SMALL),
)
GROUPS = (
    GroupPlan("orders-fulfilment", "orders", "keep-up", "OK"),
    GroupPlan("fraud-detector", "clicks", "keep-up", "OK", protocol="consumer"),
    GroupPlan("payments-settlement", "payments", "fall-behind", "WARN"),
    GroupPlan("audit-archiver", "audit.log", "dead", "STOP"),
    GroupPlan("search-indexer", "search.updates", "stall", "STALL"),
    GroupPlan("inventory-sync", "inventory", "rewind", "REWIND"),
    GroupPlan("reports-nightly", "payments.failed", "idle", "OK"),
    GroupPlan("geo-enricher", "geo.zones", "partial", "OK"),
    GroupPlan("legacy-exporter", "legacy.export", "lost", "STOP"),
    GroupPlan("notifier", "notifications", "share", ""),
)
# Principal, operation, resource type, name, pattern: what the company's own users may do.
PERMISSIONS = (
    ("User:orders", "WRITE", "TOPIC", "orders", "PREFIXED"),
    ("User:orders", "DESCRIBE", "TOPIC", "orders", "PREFIXED"),
    ("User:orders", "READ", "TOPIC", "orders", "PREFIXED"),
    ("User:orders", "READ", "GROUP", "orders-", "PREFIXED"),
    ("User:billing", "READ", "TOPIC", "payments", "PREFIXED"),
    ("User:billing", "DESCRIBE", "TOPIC", "payments", "PREFIXED"),
    ("User:billing", "READ", "GROUP", "payments-settlement", "LITERAL"),
    ("User:app", "DESCRIBE", "TOPIC", "*", "LITERAL"),
)
# Who a group signs in as, where it is not the administrator.
USERS = {"orders-fulfilment": "orders", "payments-settlement": "billing"}
