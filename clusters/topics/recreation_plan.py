"""Deleting a topic and creating it anew, as it was but empty: when that is refused, and what it would do. Pure."""

from dataclasses import dataclass

from clusters.gateway.topics import NewTopic, TopicDescription
from clusters.topics import commands
from core.plan import Plan, Step
from core.web.formats import first_names, plural

ACTION = "topics.recreate"
INTERNAL = "{} is an internal topic of Kafka: it is not recreated."
MOVING = "{} of {} being reassigned: wait until that has finished, or cancel it."
AWAY = "Replicas of {} are on {}, down now: it could not be created with the same replicas."
MEMBERS = "{} with active members: {}. Stop them, or confirm that the topic is recreated under them."
UNCHECKED = "Whether {} active members could not be checked: {}. Try again, or confirm that it does not matter."
AUTO = (
    "Brokers create missing topics (auto.create.topics.enable): a client that asks for the topic in between creates it "
    "with the brokers' defaults. Stop its producers and consumers first."
)
OFFSETS = "The committed offsets of its groups are deleted with it: they begin where auto.offset.reset says."


@dataclass(frozen=True)
class Situation:
    """A topic as it is, the one to create, and what speaks against it.

    ``consuming`` are groups with members that the person may see, ``hidden`` how many others there are; of
    ``unchecked`` groups it is not known. ``away`` are brokers that are down and have replicas.
    """

    topic: TopicDescription
    definition: NewTopic
    moving: int = 0
    away: tuple[int, ...] = ()
    consuming: tuple[str, ...] = ()
    hidden: int = 0
    unchecked: tuple[str, ...] = ()
    auto_create: bool = False


def objection(situation: Situation, *, under_members: bool) -> str:
    """Return why the topic is not recreated; an empty text where nothing speaks against it."""
    name = situation.topic.name
    if situation.topic.internal or name.startswith("__"):
        return INTERNAL.format(name)
    if situation.moving:
        verb = "is" if situation.moving == 1 else "are"
        return MOVING.format(plural(situation.moving, "partition"), f"{name} {verb}")
    if situation.away:
        brokers = ", ".join(map(str, situation.away))
        return AWAY.format(name, f"broker{'s' if len(situation.away) > 1 else ''} {brokers}")
    return "" if under_members else members(situation)


def members(situation: Situation) -> str:
    """Return which groups have, or may have, active members; an empty text where none has."""
    groups = [*sorted(situation.consuming), *([f"{situation.hidden} hidden from you"] if situation.hidden else [])]
    number = len(situation.consuming) + situation.hidden
    if number:
        return MEMBERS.format(f"{plural(number, 'group')} of its readers", first_names(groups))
    if situation.unchecked:
        verb = "a group has" if len(situation.unchecked) == 1 else "groups have"
        return UNCHECKED.format(verb, first_names(sorted(situation.unchecked)))
    return ""


def recreate(situation: Situation, deletion: Plan) -> Plan:
    """Plan it: the steps of a deletion, then the whole definition, so that the audit log has it."""
    topic, definition = situation.topic, situation.definition
    shape = plural(definition.partitions, "partition")
    before = f"{shape}, ID {topic.topic_id}" if topic.topic_id else shape
    after = f"{shape}, replication factor {definition.replication_factor}"
    steps = (
        Step(f"topic {topic.name}", before, None),
        Step(f"topic {topic.name}", None, after),
        Step("replica assignment", None, commands.assignment_words(definition)),
        *(Step(key, None, value) for key, value in sorted(definition.configs.items())),
    )
    warnings = [*deletion.warnings, OFFSETS, members(situation), AUTO if situation.auto_create else ""]
    return Plan(
        ACTION, topic.name, steps, tuple(filter(None, warnings)), destructive=True,
        commands=(commands.delete(topic.name), commands.create(definition)),
    )  # fmt: skip
