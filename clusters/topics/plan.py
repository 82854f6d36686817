"""What a change to a topic would do. Pure: the present state and the request in, steps and warnings out."""

from collections.abc import Collection, Iterable, Mapping

from clusters.configs.steps import config_steps
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import NewTopic
from clusters.topics import commands
from clusters.topics.dangers import Change, TopicFacts, dangers, losing
from core.plan import Plan, Step
from core.web.formats import plural

OWN_SOURCE = "DYNAMIC_TOPIC_CONFIG"
UNKNOWN_FACTS = TopicFacts()


def create(topic: NewTopic, *, default_min_isr: str | None = None) -> Plan:
    """Plan a topic. ``default_min_isr`` is the brokers' own min.insync.replicas, if known."""
    summary = f"{plural(topic.partitions, 'partition')}, replication factor {topic.replication_factor}"
    steps = [Step(f"topic {topic.name}", None, summary)]
    steps += [Step(key, None, value) for key, value in sorted(topic.configs.items())]
    facts = TopicFacts(replicas=topic.replication_factor, default_min_isr=default_min_isr)
    warnings = dangers(Change(None, topic.configs, facts))
    return Plan("topics.create", topic.name, tuple(steps), warnings, commands=(commands.create(topic),))


def configure(
    name: str,
    entries: Iterable[ConfigEntry],
    changed: Mapping[str, str],
    reset: Collection[str],
    facts: TopicFacts = UNKNOWN_FACTS,
) -> Plan:
    """Plan new values for some configs, and resets of others. What changes nothing is left out."""
    steps = config_steps(entries, changed, reset, own=OWN_SOURCE)
    before = {step.subject: step.before for step in steps}
    change = Change(before, {step.subject: step.after for step in steps}, facts)
    values = {step.subject: changed[step.subject] for step in steps if step.subject in changed}
    tools = commands.configure(name, values, {step.subject for step in steps} - values.keys())
    return Plan("topics.configure", name, steps, dangers(change), destructive=bool(losing(change)), commands=tools)


def add_partitions(name: str, present: int, total: int) -> Plan:
    step = Step("partitions", str(present), str(total))
    warning = (
        "Keys are redistributed: records with the same key may go to another partition from now on, so their "
        "order is not preserved across this change. Partitions can't be removed again."
    )
    return Plan("topics.partitions", name, (step,), (warning,), commands=(commands.add_partitions(name, total),))


def delete(
    name: str,
    partitions: int,
    messages: int | None,
    readers: Collection[str],
    *,
    hidden_readers: int = 0,
    at_most: bool = False,
    topic_id: str | None = None,
) -> Plan:
    """Plan the deletion of a topic.

    Args:
        name: of the topic.
        partitions: how many it has.
        messages: how many it has; None where unknown.
        readers: the groups that read it, as far as the person may see them.
        hidden_readers: how many more groups read it.
        at_most: whether ``messages`` is an upper bound.
        topic_id: tells it from a topic that has its name later.
    """
    amount = "an unknown number" if messages is None else plural(messages, "record")
    amount = f"at most {amount}" if at_most else amount
    # What grows by itself is no part of the step: what was confirmed would be something else a second later.
    step = Step(f"topic {name}", plural(partitions, "partition"), None)
    warnings = [f"Its records ({amount}) can't be restored."]
    if readers or hidden_readers:
        names = [*sorted(readers)[:10], *([f"{hidden_readers} hidden from you"] if hidden_readers else [])]
        warnings.append(f"Consumed by {plural(len(readers) + hidden_readers, 'group')}: {', '.join(names)}.")
    if name.startswith("__"):
        warnings.append("This is an internal topic of Kafka: deleting it can break all consumers of the cluster.")
    tools = (commands.delete(name),)
    return Plan("topics.delete", name, (step,), tuple(warnings), commands=tools, identity=topic_id or "")
