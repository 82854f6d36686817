"""Resetting a group's offsets: what Kafka is asked just before, and the plan from it.

Kafka requests: those of the group's page, two list-offsets per leader, one more if a time is given, and one describe of
a topic that the group never committed to.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from clusters.access import may_exist
from clusters.gateway import offsets, topics
from clusters.gateway.errors import Conflict, NotFound, TimedOut
from clusters.gateway.group_offsets import STOP_FIRST
from clusters.gateway.offsets import Key
from clusters.groups import plan
from clusters.groups.forms import ResetForm
from clusters.groups.plan import Place, Reset
from clusters.groups.rows import PartitionRow
from clusters.groups.state import Standing, standing_of
from clusters.models import Cluster
from core.plan import Plan
from core.web.formats import plural


def resettable(cluster: Cluster, group: str, can_see_topic: Callable[[str], bool], topic: str = "") -> Standing:
    """Return a group's state, if its offsets can be reset; only topics that ``can_see_topic`` accepts are included.

    ``topic`` is the one that the person named: it is included also where the group never committed to it.

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
        raise Conflict(f"Offsets can only be reset while the group is inactive; {group} has {members}.", STOP_FIRST)
    is_new = bool(topic) and topic not in {row.topic for row in state.rows}
    return with_topic(cluster, state, topic) if is_new and may_exist(topic) and can_see_topic(topic) else state


def with_topic(cluster: Cluster, state: Standing, topic: str) -> Standing:
    """Return a group's state with the partitions of a topic that it never committed to, if there is such a topic.

    Raises:
        TimedOut: it is not known what the group committed.
        KafkaFailure: with the cause.
    """
    if not state.offsets_are_known:
        raise TimedOut(
            f"It is not known which offsets {state.listing.name} has.", "Try again; see which broker is down."
        )
    try:
        description = topics.describe(cluster.connection(), topic)
    except NotFound:
        return state
    rows = [PartitionRow(topic, partition.id, None, None, None) for partition in description.partitions]
    return replace(state, rows=[*state.rows, *rows])


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
