"""Making an out-of-sync replica the leader of a partition that has none: what that is for, and what it costs. Pure."""

from collections.abc import Collection

from clusters.elections.plan import TOOL, Election, leader_words
from clusters.gateway.offsets import Key, name_of
from clusters.gateway.topics import TopicDescription
from clusters.kafka_tools import CONFIG, command
from core.plan import Plan, Step
from core.web.formats import first_names

ACTION = "topics.unclean"
LOST = (
    "Records that only {} have are lost for good, also acknowledged ones; how many is not known. When these brokers "
    "come back, they drop what the new leader does not have. Starting one of them instead loses nothing."
)
LOST_ANYHOW = (
    "Records that the new leader does not have are lost for good, also acknowledged ones; how many is not known."
)
OFFSETS = "Consumers that were further are set back, or to where auto.offset.reset says."
NOBODY = "None of their replicas is on a broker that is up, so they stay as they are: {}."


def elect_unclean(topic: TopicDescription, alive: Collection[int], numbers: Collection[int] = ()) -> Election:
    """Plan an election of whichever replica is up, only for partitions without a leader.

    Args:
        topic: as Kafka has it now.
        alive: the brokers that are up.
        numbers: of the partitions; all that have no leader where there are none.
    """
    offline = [item for item in topic.partitions if item.offline and (not numbers or item.id in numbers)]
    candidates = {item.id: [broker for broker in item.replicas if broker in alive] for item in offline}
    leaders: dict[Key, int] = {(topic.name, number): up[0] for number, up in candidates.items() if up}
    steps = tuple(
        Step(f"leader of {name_of(key)}", leader_words(None), f"{leader_words(leader)}, out of sync")
        for key, leader in leaders.items()
    )
    away = sorted(
        {broker for item in offline if candidates[item.id] for broker in item.replicas if broker not in alive}
    )
    stuck = [f"{topic.name}-{number}" for number, up in candidates.items() if not up]
    lost = LOST.format(f"broker{'s' if len(away) > 1 else ''} {', '.join(map(str, away))}") if away else LOST_ANYHOW
    warnings = [*([lost, OFFSETS] if leaders else []), *([NOBODY.format(first_names(stuck))] if stuck else [])]
    commands = tuple(unclean_command(key) for key in leaders)
    identity = topic.topic_id or ""
    plan = Plan(ACTION, topic.name, steps, tuple(warnings), destructive=True, commands=commands, identity=identity)
    return Election(plan, leaders)


def unclean_command(key: Key) -> str:
    topic, number = key
    options = ("--election-type", "unclean", "--topic", topic, "--partition", str(number))
    return command(TOOL, *options, config=CONFIG[TOOL])
