"""The types of the lag engine. Names and numbers are Burrow's, so that its users recognise them."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    Int64s = array[int]  # made with array("q")
else:
    Int64s = array  # takes no parameter at run time before Python 3.12


class Status(IntEnum):
    """A verdict. Partitions use OK, WARN, STOP, STALL and REWIND; groups use NOTFOUND, OK, WARN and ERR."""

    NOTFOUND = 0
    OK = 1
    WARN = 2
    ERR = 3
    STOP = 4
    STALL = 5
    REWIND = 6


class Commit(NamedTuple):
    """One committed offset in a window. A named tuple, because a shard makes a million of them whenever it judges.

    ``order`` is the offset of the commit's own record in ``__consumer_offsets``. ``lag`` is the lag in records when the
    commit was processed, and None for a commit that was added later from history.
    """

    offset: int
    order: int
    timestamp_ms: int
    observed_ms: int
    lag: int | None


class Partition(NamedTuple):
    """What is known of one partition of one group at one moment. A named tuple for the same reason as Commit.

    ``intervals`` is how many commits the window can hold, and 0 where no commit or owner ever arrived. ``commits`` are
    the commits it holds, by ascending order. ``broker_offsets`` are the remembered end offsets of the partition, oldest
    first.
    """

    intervals: int
    commits: Sequence[Commit]
    broker_offsets: Sequence[int]
    current_lag: int
    owner: str = ""
    client_id: str = ""


GroupTopics = Mapping[str, Sequence[Partition]]


class PartitionStatus(NamedTuple):
    """The verdict on one partition. ``complete`` is how full the window is, from 0 to 1."""

    topic: str
    partition: int
    owner: str
    client_id: str
    status: Status
    commits: Sequence[Commit]
    current_lag: int
    complete: float

    @property
    def start(self) -> Commit | None:
        """The oldest commit in the window, made into an object only when it is read."""
        return self.commits[0] if self.commits else None

    @property
    def end(self) -> Commit | None:
        return self.commits[-1] if self.commits else None


@dataclass(frozen=True, slots=True)
class GroupStatus:
    """The verdict on a group. ``complete`` is the share of its partitions whose window is full."""

    cluster: str
    group: str
    status: Status
    complete: float
    partitions: tuple[PartitionStatus, ...]
    partition_count: int
    maxlag: PartitionStatus | None
    totallag: int


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """How windows are kept. Times are seconds; the lists are regular expressions in Go's syntax, "" for none."""

    intervals: int = 10
    min_distance: int = 0
    expire_group: int = 604_800
    allowlist: str = ""
    denylist: str = ""

    def __post_init__(self) -> None:
        if self.intervals < 1:
            raise ValueError(f"A window must hold at least one commit; intervals is {self.intervals}.")


@dataclass(frozen=True, slots=True)
class EvaluatorSettings:
    """How windows are judged: seconds a verdict is cached, the least complete window judged (0 to 1), records."""

    expire_cache: int = 10
    minimum_complete: float = 0.0
    allowed_lag: int = 0
