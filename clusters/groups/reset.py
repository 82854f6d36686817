"""Resetting a group's offsets: what Kafka is asked just before, and the plan from it.

Kafka requests: those of the group's page, two list-offsets per leader, and one more if a time is given.
"""

from collections.abc import Callable, Mapping

from clusters.gateway import offsets
from clusters.gateway.errors import Conflict, TimedOut
from clusters.gateway.group_offsets import STOP_FIRST
from clusters.gateway.offsets import Key
from clusters.groups import plan
from clusters.groups.forms import ResetForm
from clusters.groups.plan import Place, Reset
from clusters.groups.state import Standing, standing_of
from clusters.models import Cluster
from core.plan import Plan
from core.web.formats import plural


def resettable(cluster: Cluster, group: str, can_see_topic: Callable[[str], bool]) -> Standing:
    """Return a group's state, if its offsets can be reset; only topics that ``can_see_topic`` accepts are included.

    Raises:
        Conflict: it has members, or it is a share group.
        KafkaFailure: with the cause.
    """
    state = standing_of(cluster, group, can_see_topic)
    if state.listing.type == "share":
        raise Conflict(plan.SHARE, "Where it begins is its config share.auto.offset.reset.")
    if state.about is None:
        raise TimedOut(f"The coordinator of {group} did not answer.", "Try again; see which broker is down.")
    if state.about.members:
        members = plural(len(state.about.members), "member")
        raise Conflict(f"{group} has {members}, whose commits would overwrite other offsets.", STOP_FIRST)
    return state


def end_of(cluster: Cluster, group: str, can_see_topic: Callable[[str], bool]) -> Plan:
    """Plan deleting a group, with what is known about it.

    Raises:
        NotFound: no broker knows the group.
        KafkaFailure: with the cause.
    """
    state = standing_of(cluster, group, can_see_topic)
    commits = sum(row.committed is not None for row in state.rows)
    members = len(state.about.members) if state.about else 0
    return plan.delete(group, commits, members, share=state.listing.type == "share")


def keys_of(state: Standing) -> list[Key]:
    return [(row.topic, row.partition) for row in state.rows]


def planned(cluster: Cluster, state: Standing, form: ResetForm) -> Reset:
    """Plan what a valid form asks for; once offsets were shown, exactly these.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    pinned: Mapping[Key, int] = form.cleaned_data["pinned"]
    chosen = [key for key in form.all_partitions if key in pinned] if pinned else form.chosen()
    marks, _ = offsets.watermarks(cluster.connection(), chosen)
    offsets_found = pinned or since(cluster, chosen, form)
    committed = {(row.topic, row.partition): row.committed for row in state.rows}
    places = {key: Place(committed[key], marks[key].low, marks[key].high, offsets_found.get(key)) for key in chosen}
    return plan.reset(state.listing.name, places, plan.as_found if pinned else form.destination())


def since(cluster: Cluster, chosen: list[Key], form: ResetForm) -> Mapping[Key, int | None]:
    """Return each partition's first record since the form's time; empty if it gives none.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    if form.cleaned_data["to"] != "time":
        return {}
    offsets_found, _ = offsets.offsets_at(
        cluster.connection(), chosen, round(1000 * form.cleaned_data["time"].timestamp())
    )
    return offsets_found
