"""Plans for a topic and its configs, from what Kafka reports of it now."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from clusters.gateway import configs, offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import NO_RECORD, Key, Watermarks
from clusters.gateway.topics import NewTopic, TopicDescription
from clusters.topics import plan
from clusters.topics.dangers import MIN_ISR, TopicFacts, limit_of, number_of
from core.plan import Plan

RETENTION = "retention.ms"


def plan_creation(connection: Connection, topic: NewTopic) -> Plan:
    default = None if MIN_ISR in topic.configs else configs.broker_default(connection, MIN_ISR)
    return plan.create(topic, default_min_isr=default)


def plan_configs(
    connection: Connection,
    topic: str,
    entries: Sequence[ConfigEntry],
    changed: Mapping[str, str],
    reset: Collection[str],
) -> Plan:
    """Plan new values for some configs and resets of others; Kafka is asked only for what these put at risk.

    Raises:
        KafkaFailure: with the cause.
    """
    touched = {*changed, *reset}
    if not touched & {MIN_ISR, RETENTION}:
        return identified(connection, plan.configure(topic, entries, changed, reset))
    description = kafka.describe(connection, topic)
    after = changed.get(RETENTION) or next((entry.default for entry in entries if entry.name == RETENTION), None)
    facts = TopicFacts(
        replicas=min(len(partition.replicas) for partition in description.partitions),
        expired=(
            expired(connection, [(topic, partition.id) for partition in description.partitions], after)
            if RETENTION in touched and is_shorter(entries, after)
            else None
        ),
    )
    return of_topic(description, plan.configure(topic, entries, changed, reset, facts))


def identified(connection: Connection, planned: Plan) -> Plan:
    """Return a plan that destroys with the id of its topic.

    Raises:
        KafkaFailure: with the cause.
    """
    return of_topic(kafka.describe(connection, planned.resource), planned) if planned.destroys else planned


def of_topic(description: TopicDescription, planned: Plan) -> Plan:
    """Return a plan that destroys with the id of its topic: another one that has the name later is not meant."""
    return replace(planned, identity=description.topic_id or "") if planned.destroys else planned


def is_shorter(entries: Sequence[ConfigEntry], after: str | None) -> bool:
    before = next((entry.value for entry in entries if entry.name == RETENTION), None)
    return limit_of(after) < limit_of(before)


def expired(connection: Connection, partitions: Sequence[Key], retention_ms: str | None) -> int | None:
    """Return how many records are older than a retention; None where that is not known of all partitions."""
    retention = number_of(retention_ms)
    if retention is None:
        return None
    try:
        marks, _ = offsets.watermarks(connection, partitions)
        moment = max(0, round(time.time() * 1000) - retention)
        first_kept, _ = offsets.offsets_at(connection, partitions, moment)
    except KafkaFailure:
        return None
    amounts = [older(marks[key], first_kept[key]) for key in partitions]
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)


def older(mark: Watermarks, first_kept: int | None) -> int | None:
    """Return how many offsets lie before the first record that is kept; ``NO_RECORD`` means that none is."""
    if mark.low is None or mark.high is None or first_kept is None:
        return None
    return (mark.high if first_kept == NO_RECORD else first_kept) - mark.low
