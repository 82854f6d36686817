"""Kinds of jobs: what each must be able to do, and the table of all of them."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.module_loading import import_string

from clusters.models import Cluster, Job
from core.plan import Plan

# A kind is an object of this protocol. Its area is above this module, so it is named here and imported when needed.
KINDS: dict[str, str] = {
    "copy-records": "clusters.messages.replay.job.COPY_RECORDS",
    "import-schemas": "clusters.schemas.transfer.job.kind.IMPORT_SCHEMAS",
    "insight": "clusters.messages.insight.job.INSIGHT",
    "operate-connectors": "clusters.connect.several.job.OPERATE_CONNECTORS",
    "produce-file": "clusters.messages.produce.file_job.PRODUCE_FILE",
    "reassign": "clusters.reassignment.job.REASSIGN",
}


@dataclass(frozen=True)
class Need:
    """What the user of a job must be allowed; ``change`` is refused where the cluster is read-only."""

    cluster: str
    action: str
    resource: str
    change: bool = False


@dataclass(frozen=True)
class Checkpoint:
    """How far a job is: it is saved, and goes on only if it may.

    ``cursor`` is where any worker goes on. ``wait`` are the seconds that it is ahead of its rate. ``whole`` is False
    where it is only noted what will be written next: a job is not handed over there without need.
    """

    cursor: dict[str, Any]
    done: int
    total: int | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    wait: float = 0.0
    whole: bool = True


class Kind(Protocol):
    """A kind of jobs. ``unit`` is what it counts, in the singular; ``changes`` tells whether it changes Kafka."""

    unit: str
    changes: bool

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        """Return what a job does, for its confirmation and the audit log."""

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        """Return all that its user must be allowed, checked again before each slice."""

    def describe(self, parameters: Mapping[str, Any]) -> str:
        """Return its title."""

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Work on from the job's cursor, and yield after at most some two seconds each; the end is when it is done.

        Raises:
            KafkaFailure: it cannot go on. What passes, as that no broker is reachable, is tried again later.
        """

    def facts(self, job: Job) -> list[tuple[str, str]]:
        """Return what its page says of its result: labels and values."""

    def link(self, job: Job) -> tuple[str, str] | None:
        """Return text and address of the page that shows what it made."""

    def end(self, job: Job) -> None:
        """Remove what it needed in Kafka; it may be called again.

        Raises:
            KafkaFailure: that is not possible now; it is tried again later.
        """


def kind_of(name: str) -> Kind:
    kind: Kind = import_string(KINDS[name])
    return kind
