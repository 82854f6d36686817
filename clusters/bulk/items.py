"""What was selected in a list, one by one: planned, checked, applied. Each is a change of its own in the audit log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from clusters.approvals.gate import approval_of, needs_approval, require_approval_of_all
from clusters.changes import apply_change, check, require_confirmed
from clusters.gateway.errors import Conflict, KafkaFailure
from clusters.models import Cluster
from core.plan import Plan

UNCHANGED = "Nothing to change."


@dataclass(frozen=True)
class Change:
    """What happens to one selected thing: its plan, what applies it, and what the inventory notes then.

    ``try_out`` has Kafka check it before; ``pinned`` is what the confirmation sends back, so that exactly this is done.
    """

    plan: Plan
    apply: Callable[[], object]
    note: Callable[[], object]
    try_out: Callable[[], object] = lambda: None
    pinned: str = ""


# Returns the change of one thing, by its name and what was pinned. Raises KafkaFailure: it is gone, or nobody answers.
Planner = Callable[[str, str], Change]
Values = Mapping[str, Any]  # what a form gives


@dataclass(frozen=True)
class Item:
    """One selected thing, with its change, or why it stays as it is. ``label`` is what people call it,
    and ``place`` where it is, if its name is not enough.
    """

    name: str
    change: Change | None = None
    problem: str = ""
    is_done: bool = False
    label: str = ""
    place: str = ""


def planned(request: HttpRequest, cluster: Cluster, planner: Planner, name: str, pinned: str = "") -> Item:
    """Plan the change of one thing; what may not or cannot be changed says why."""
    try:
        change = planner(name, pinned)
        check(request, cluster, change.plan)
        if not change.plan.steps:
            raise Conflict(UNCHANGED)
        change.try_out()
    except KafkaFailure as failure:
        return Item(name, problem=failure.sentence)
    return Item(name, change)


def apply_items(
    request: HttpRequest, cluster: Cluster, items: Sequence[Item], digests: Mapping[str, str]
) -> list[Item]:
    """Apply the changes of all items that are still what was confirmed, one by one.

    Raises:
        ApprovalNeeded: they wait for a second person.
        Conflict: one of them can't wait, since it is no longer what was confirmed.
    """
    require_approval_of_items(request, cluster, items, digests)
    return [applied(request, cluster, item, digests.get(item.name, "")) for item in items]


def require_approval_of_items(
    request: HttpRequest, cluster: Cluster, items: Sequence[Item], digests: Mapping[str, str]
) -> None:
    """Keep the change of all items until a second person approves it, where one has to.

    Raises:
        ApprovalNeeded: it waits now.
        Conflict: one of them is no longer what was confirmed.
    """
    plans = {item.name: item.change.plan for item in items if item.change}
    if approval_of(request) is None and needs_approval(cluster, plans.values()):
        for name, plan in plans.items():
            require_confirmed(plan, digests.get(name, ""))
    require_approval_of_all(request, cluster, list(plans.values()))


def applied(request: HttpRequest, cluster: Cluster, item: Item, confirmed_digest: str) -> Item:
    """Apply the change of one thing, unless it is no longer what was confirmed."""
    if item.change is None:
        return item
    try:
        apply_change(request, cluster, item.change.plan, item.change.apply, confirmed_digest=confirmed_digest)
    except KafkaFailure as failure:
        return replace(item, problem=failure.sentence)
    item.change.note()
    return replace(item, is_done=True)
