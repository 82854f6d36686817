"""What a change to a topic would do. Pure: the present state and the request in, steps and warnings out."""

import math
from collections.abc import Collection, Iterable, Mapping

from clusters.changes import Plan, Step
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import NewTopic
from core.web.formats import plural

LIMITS = frozenset(
    {"retention.ms", "retention.bytes", "delete.retention.ms", "local.retention.ms", "local.retention.bytes"}
)


def create(topic: NewTopic) -> Plan:
    summary = f"{plural(topic.partitions, 'partition')}, replication factor {topic.replication_factor}"
    steps = [Step(f"topic {topic.name}", None, summary)]
    steps += [Step(key, None, value) for key, value in sorted(topic.configs.items())]
    warnings = []
    if topic.replication_factor == 1:
        warnings.append("With replication factor 1 every broker restart makes part of the topic unavailable.")
    min_isr = topic.configs.get("min.insync.replicas", "")
    if min_isr.isdigit() and int(min_isr) >= topic.replication_factor > 1:
        warnings.append("With min.insync.replicas equal to the replication factor, one broker down stops acks=all.")
    return Plan("topics.create", topic.name, tuple(steps), tuple(warnings))


def configure(name: str, entries: Iterable[ConfigEntry], changed: Mapping[str, str], reset: Collection[str]) -> Plan:
    """Plan new values for some configs, and resets of others. What changes nothing is left out."""
    present = {entry.name: entry for entry in entries}
    steps = [
        Step(key, present[key].value if key in present else None, value)
        for key, value in sorted(changed.items())
        if key not in present or present[key].value != value
    ]
    steps += [
        Step(key, present[key].value, f"{present[key].default} (default)")
        for key in sorted(reset)
        if key in present and present[key].source == "DYNAMIC_TOPIC_CONFIG"
    ]
    lost = [step.subject for step in steps if deletes(step)]
    warnings = (f"Kafka may delete messages that are kept now: {', '.join(lost)}.",) if lost else ()
    return Plan("topics.configure", name, tuple(steps), warnings, destructive=bool(lost))


def deletes(step: Step) -> bool:
    """Tell whether a new config can delete messages: less is kept, or the clean-up policy changes."""
    if step.subject == "cleanup.policy":
        return True
    if step.subject not in LIMITS:
        return False
    before, after = (limit_of(value) for value in (step.before, step.after))
    return after < before


def limit_of(value: str | None) -> float:
    """Return how much a limit keeps; negative or unreadable values keep everything."""
    number = (value or "").removesuffix(" (default)").strip()
    return float(number) if number.isdecimal() else math.inf


def add_partitions(name: str, present: int, total: int) -> Plan:
    step = Step("partitions", str(present), str(total))
    warning = (
        "Keys move: a key that went to one partition may go to another from now on, so the order of records with "
        "the same key is not kept across this change. Partitions can never be removed again."
    )
    return Plan("topics.partitions", name, (step,), (warning,))


def delete(name: str, partitions: int, messages: int | None, readers: Collection[str]) -> Plan:
    amount = "an unknown number of messages" if messages is None else plural(messages, "message")
    step = Step(f"topic {name}", f"{plural(partitions, 'partition')}, {amount}", None)
    warnings = ["Its messages cannot be brought back."]
    if readers:
        warnings.append(f"It is read by {plural(len(readers), 'group')}: {', '.join(sorted(readers)[:10])}.")
    if name.startswith("__"):
        warnings.append("This is an internal topic of Kafka: deleting it can break every consumer of the cluster.")
    return Plan("topics.delete", name, (step,), tuple(warnings))
