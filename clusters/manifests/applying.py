"""Applying a manifest: what differs is planned, shown, confirmed as one and applied one by one."""

from dataclasses import dataclass

from django.http import HttpRequest

from clusters.approvals.gate import require_approval_of_all
from clusters.bulk.items import Item, applied
from clusters.changes import require_confirmed
from clusters.manifests.differences import CannotApply
from clusters.manifests.planning import Planning
from clusters.manifests.resources import Manifest
from clusters.manifests.state import differences_of
from clusters.models import Cluster
from core.plan import Plans

ACTION = "manifests.apply"  # beside what each change needs
MOST_AT_ONCE = 100  # changes of one request; what is left is told, and applied by the next one
MOST_COMPARED = 1000


@dataclass(frozen=True)
class Application:
    """Items that are planned or applied, and how many more differences there are."""

    items: tuple[Item, ...]
    left: int = 0

    @property
    def plans(self) -> Plans:
        return Plans(tuple(item.change.plan for item in self.items if item.change))

    @property
    def number(self) -> int:
        """How many changes can be applied."""
        return len(self.plans.parts)

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def removes(self) -> bool:
        """Whether anything is removed, or records are lost."""
        return self.plans.destroys


def compare(
    request: HttpRequest, cluster: Cluster, manifest: Manifest, *, remove: bool, rate: int | None = None
) -> Application:
    """Return in what a cluster differs from a manifest, whoever may change it.

    Raises:
        KafkaFailure: its state cannot be read, or not be viewed by the person.
    """
    present, differences = differences_of(request, cluster, manifest, remove=remove)
    planning = Planning(request, cluster, present, rate)
    items = tuple(planning.compared(each) for each in differences[:MOST_COMPARED])
    return Application(items, len(differences) - len(items))


def plan_application(
    request: HttpRequest, cluster: Cluster, manifest: Manifest, *, remove: bool, rate: int | None = None
) -> Application:
    """Plan what makes a cluster what a manifest says; ``rate`` throttles what moves replicas.

    Raises:
        KafkaFailure: its state cannot be read, or not be viewed by the person.
    """
    present, differences = differences_of(request, cluster, manifest, remove=remove)
    planning = Planning(request, cluster, present, rate)
    staying = [each for each in differences if isinstance(each, CannotApply)][:MOST_AT_ONCE]
    ending = [each for each in differences if not isinstance(each, CannotApply)][:MOST_AT_ONCE]
    items = tuple(map(planning.item, [*staying, *ending]))
    return Application(items, len(differences) - len(items))


def apply(request: HttpRequest, cluster: Cluster, planned: Application, confirmed_digest: str) -> Application:
    """Apply what was planned; each item says what became of it.

    Raises:
        Conflict: it is no longer what was confirmed.
        ApprovalNeeded: the whole waits for a second person.
    """
    require_confirmed(planned.plans, confirmed_digest)
    require_approval_of_all(request, cluster, planned.plans.parts)
    return Application(tuple(applied(request, cluster, item, "") for item in planned.items), planned.left)
