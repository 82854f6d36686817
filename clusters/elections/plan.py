"""Which partitions another than their preferred replica leads, and what an election would do. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from clusters.gateway.offsets import Key, name_of
from clusters.gateway.topics import Partition, TopicDescription
from clusters.kafka_tools import CONFIG, command
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import first_names, plural

ACTION = "topics.elect"
TOOL = "kafka-leader-election"
MOST = 1000  # partitions of one plan
SHOWN = 20  # commands, where each is for one partition


@dataclass(frozen=True)
class Election:
    """A planned election: the preferred leaders by partition."""

    plan: Plan
    leaders: Mapping[Key, int]


def misled(topics: Iterable[TopicDescription], numbers: Collection[int] = ()) -> list[tuple[Key, Partition]]:
    """Return the partitions that another replica than their first leads, of all or of some numbers."""
    return [
        ((topic.name, partition.id), partition)
        for topic in sorted(topics, key=lambda topic: topic.name)
        for partition in topic.partitions
        if partition.replicas and partition.leader != partition.replicas[0] and (not numbers or partition.id in numbers)
    ]


def elect(topics: Iterable[TopicDescription], topic: str = "", numbers: Collection[int] = ()) -> Election:
    """Plan an election of preferred leaders, of one topic if it is named, and of some of its partitions if they are."""
    partitions = misled(topics, numbers)
    behind = [name_of(key) for key, partition in partitions if partition.replicas[0] not in partition.isr]
    possible = [(key, partition) for key, partition in partitions if partition.replicas[0] in partition.isr]
    chosen = possible[:MOST]
    steps = tuple(
        Step(f"leader of {name_of(key)}", leader_words(partition.leader), leader_words(partition.replicas[0]))
        for key, partition in chosen
    )
    warnings = ["Producers and consumers of these partitions pause for a moment."] if chosen else []
    if behind:
        warnings.append(f"Their preferred replica is not in sync, so they stay as they are: {first_names(behind)}.")
    if len(possible) > MOST:
        warnings.append(f"{plural(len(possible) - MOST, 'more partition')} can follow in another election.")
    leaders = {key: partition.replicas[0] for key, partition in chosen}
    planned = Plan(ACTION, topic or EVERYTHING, steps, tuple(warnings))
    return Election(replace(planned, commands=commands(list(leaders), whole=not topic)), leaders)


def leader_words(leader: int | None) -> str:
    return "no leader" if leader is None else f"broker {leader}"


def commands(keys: list[Key], *, whole: bool) -> tuple[str, ...]:
    """Return the commands of kafka-leader-election that do the same; for a topic, each names one partition."""
    options = ("--election-type", "preferred")
    if not keys:
        return ()
    if whole or len(keys) > SHOWN:
        return (command(TOOL, *options, "--all-topic-partitions", config=CONFIG[TOOL]),)
    return tuple(
        command(TOOL, *options, "--topic", topic, "--partition", str(number), config=CONFIG[TOOL])
        for topic, number in keys
    )
