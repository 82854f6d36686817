"""What the group's page shows of its lag, whoever evaluates it: the type that fills the slot ``group-lag``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class PartitionLag:
    """A partition's status as a link to its evidence, and how long behind it is, with an explanation."""

    status: SafeString
    behind: str
    sentence: str = ""


@dataclass(frozen=True)
class GroupLine:
    """A group's lag in a list: since when its status holds, its failing partitions of all, and its last hour."""

    since: datetime
    failing: int
    partitions: int
    spark: SafeString


@dataclass(frozen=True)
class Collector:
    """When a cluster's groups were evaluated, what stands in the way of it, and how far each worker has read."""

    age: SafeString
    problems: SafeString
    reader: SafeString


@dataclass(frozen=True)
class GroupLag:
    """A group's verdict, its history, and its partitions by topic and number."""

    verdict: str = ""
    history: str = ""
    partitions: Mapping[tuple[str, int], PartitionLag] = field(default_factory=dict)
