"""Resetting a group's offsets: what Kafka is asked just before, and the plan from it.

Kafka requests: those of the group's page, two list-offsets per leader, one more if a time is given, and one describe of
a topic that the group never committed to.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from clusters.access import may_exist, sees, topics_in_sight
from clusters.gateway import offsets, topics
from clusters.gateway.errors import Conflict, TimedOut
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups import offsets as group_offsets
from clusters.gateway.groups import share
from clusters.gateway.groups.offsets import STOP_FIRST
from clusters.gateway.offsets import Key
from clusters.groups import commands, offset_files, plan
from clusters.groups.forms import ResetForm
from clusters.groups.plan import Place, Reset
from clusters.groups.rows import PartitionRow
from clusters.groups.state import Standing, standing_of
from clusters.models import Cluster
from core.plan import Plan
from core.web.formats import plural


def resettable(
    cluster: Cluster,
    group: str,
    can_see_topic: Callable[[str], bool],
    topic: str = "",
    partitions: Collection[Key] = (),
) -> Standing:
    """Return a group's state, if its offsets can be reset; only topics that ``can_see_topic`` accepts are included.

    The topic and partitions that the person named are included also where the group never committed to them.

    Raises:
        Conflict: it has members.
        KafkaFailure: with the cause.
    """
    state = standing_of(cluster, group, can_see_topic)
    if state.about is None:
        raise TimedOut(f"The coordinator of {group} did not answer.", "Try again; see which broker is down.")
    if state.about.members:
        members = plural(len(state.about.members), "member")
        raise Conflict(f"Offsets can only be reset while the group is inactive; {group} has {members}.", STOP_FIRST)
    new = {topic} - {row.topic for row in state.rows} | {name for name, _ in set(partitions).difference(keys_of(state))}
    visible = sorted(topic for topic in new if may_exist(topic) and can_see_topic(topic))
    return with_topics(cluster, state, visible) if visible else state


def with_topics(cluster: Cluster, state: Standing, names: Sequence[str]) -> Standing:
    """Return a group's state with all partitions of some topics, of those that exist.

    Raises:
        TimedOut: it is not known what the group committed.
        KafkaFailure: with the cause.
    """
    if not state.offsets_are_known:
        raise TimedOut(
            f"It is not known which offsets {state.listing.name} has.", "Try again; see which broker is down."
        )
    present = set(keys_of(state))
    rows = [
        PartitionRow(topic, partition.id, None, None, None)
        for topic, description in topics.describe_present(cluster.connection(), names).items()
        for partition in description.partitions
        if (topic, partition.id) not in present
    ]
    return replace(state, rows=[*state.rows, *rows])


def end_of(cluster: Cluster, group: str, can_see_topic: Callable[[str], bool]) -> Plan:
    """Plan deleting a group, with what is known about it.

    Raises:
        NotFound: no broker knows the group.
        KafkaFailure: with the cause.
    """
    state = standing_of(cluster, group, can_see_topic)
    committed = {(row.topic, row.partition): row.committed for row in state.rows if row.committed is not None}
    members = len(state.about.members) if state.about else 0
    return plan.delete(group, committed, members, kind=state.listing.type, internal_topics=state.internal_topics)


def keys_of(state: Standing) -> list[Key]:
    return [(row.topic, row.partition) for row in state.rows]


def reset_form(
    request: HttpRequest, cluster: Cluster, group: str, values: Mapping[str, Any] | None
) -> tuple[Standing, ResetForm]:
    """Return a group's state, with the topics that the values of the form name, and the form.

    Raises:
        Conflict: its offsets cannot be reset now.
        KafkaFailure: with the cause.
    """
    data = values or {}
    in_sight = topics_in_sight(request, cluster)
    copied = copyable(request, cluster, data.get("source", "")) if data.get("to") == "group" else {}
    copied = {key: offset for key, offset in copied.items() if in_sight(key[0])}
    partitions = {*copied, *offset_files.partitions_of(data.get("csv", ""))}
    state = resettable(cluster, group, in_sight, data.get("topic", ""), partitions)
    return state, ResetForm(values or None, all_partitions=keys_of(state), copied=copied)


def copyable(request: HttpRequest, cluster: Cluster, source: str) -> dict[Key, int]:
    """Return the committed offsets of a group that the person may see; empty for any other.

    Raises:
        KafkaFailure: with the cause.
    """
    if not source or not sees(request, cluster, "groups.view", source):
        return {}
    committed = groups.committed(cluster.connection(), [source])
    if committed.failures:
        raise TimedOut(f"{committed.failures[0].sentence}", "Try again; see which broker is down.")
    offsets_of_source = committed.items[0].offsets if committed.items else {}
    return {key: offset for key, offset in offsets_of_source.items() if offset is not None}


def planned(cluster: Cluster, state: Standing, form: ResetForm) -> Reset:
    """Plan what a valid form asks for; once offsets were shown, exactly these.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    given = form.given_offsets()
    chosen = form.chosen() if not form.cleaned_data["pinned"] else list(form.all_partitions)
    chosen = [key for key in chosen if given is None or key in given]
    marks, _ = offsets.watermarks(cluster.connection(), chosen)
    offsets_found = given if given is not None else offsets_since(cluster, chosen, form.since(timezone.now()))
    committed = {(row.topic, row.partition): row.committed for row in state.rows}
    places = {key: Place(committed[key], marks[key].low, marks[key].high, offsets_found.get(key)) for key in chosen}
    group, kind = state.listing.name, state.listing.type
    destination = plan.as_found if given is not None else form.destination()
    reset = plan.reset(group, places, destination, kind=kind, internal_topics=state.internal_topics)
    return replace(reset, plan=replace(reset.plan, commands=tools_of(reset, kind, form)))


def tools_of(reset: Reset, kind: str, form: ResetForm) -> tuple[str, ...]:
    """Return what does the same with Kafka's tools, if they can; the one for streams groups takes no partition anew."""
    topic, partitions = form.cleaned_data["topic"], form.cleaned_data["partitions"]
    if kind == plan.STREAMS and topic:
        partitions = [number for (_, number), place in reset.places.items() if place.committed is not None]
    if not reset.plan.steps or (kind == plan.STREAMS and topic and not partitions):
        return ()
    return commands.reset(reset.plan.resource, kind, topic, partitions, form.tool_options())


def apply_reset(cluster: Cluster, state: Standing, offsets: Mapping[Key, int]) -> None:
    """Have Kafka set the offsets.

    Raises:
        KafkaFailure: it refused.
    """
    kafka = group_offsets if state.commits else share
    kafka.alter(cluster.connection(), state.listing.name, offsets)


def apply_deletion(cluster: Cluster, state: Standing, keys: Collection[Key]) -> None:
    """Have Kafka delete offsets; those of a share group by whole topics.

    Raises:
        KafkaFailure: it refused.
    """
    if state.commits:
        group_offsets.delete(cluster.connection(), state.listing.name, keys)
    else:
        share.delete(cluster.connection(), state.listing.name, sorted({topic for topic, _ in keys}))


def offsets_since(cluster: Cluster, chosen: list[Key], moment: datetime | None) -> Mapping[Key, int | None]:
    """Return each partition's first record since a time; empty if there is none.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    if moment is None:
        return {}
    offsets_found, _ = offsets.offsets_at(cluster.connection(), chosen, round(1000 * moment.timestamp()))
    return offsets_found
