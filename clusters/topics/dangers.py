"""What new configs of a topic put at risk. Pure: configs before and after and facts in, sentences out."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clusters.configs.steps import DEFAULT
from core.web.formats import plural

LIMITS = frozenset(
    {"retention.ms", "retention.bytes", "delete.retention.ms", "local.retention.ms", "local.retention.bytes"}
)
MIN_ISR = "min.insync.replicas"
Configs = Mapping[str, str | None]


@dataclass(frozen=True)
class TopicFacts:
    """What the rules need to know beside configs; None where it is not known.

    ``replicas`` is the smallest replication factor of its partitions, ``expired`` the number of records older than the
    new retention, ``default_min_isr`` what holds where the topic has no min.insync.replicas of its own.
    """

    replicas: int | None = None
    expired: int | None = None
    default_min_isr: str | None = None


@dataclass(frozen=True)
class Change:
    """Configs that change: their values before and after, and the topic's facts. A new topic has no ``before``."""

    before: Configs | None
    after: Configs
    facts: TopicFacts

    def value_before(self, key: str) -> str | None:
        return (self.before or {}).get(key)


def number_of(value: str | None) -> int | None:
    text = (value or "").removesuffix(DEFAULT).strip()
    return int(text) if text.isdecimal() else None


def limit_of(value: str | None) -> float:
    """Return how much a limit keeps; negative or unreadable values keep everything."""
    number = number_of(value)
    return math.inf if number is None else number


def losing(change: Change) -> list[str]:
    """Return the configs by which records may be deleted: less is kept, or the cleanup policy changes."""
    if change.before is None:
        return []
    return [
        key
        for key, value in change.after.items()
        if key == "cleanup.policy" or (key in LIMITS and limit_of(value) < limit_of(change.value_before(key)))
    ]


def loss(change: Change) -> str:
    """Return which configs may delete records, and how many of them at once."""
    keys = losing(change)
    if not keys:
        return ""
    reasons = ", ".join(f"{key} {'changed' if key == 'cleanup.policy' else 'lowered'}" for key in keys)
    sentence = f"This may delete existing records ({reasons})."
    if "retention.ms" not in keys or change.facts.expired is None:
        return sentence
    amount = f"up to {plural(change.facts.expired, 'record')}" if change.facts.expired else "no record"
    verb = "is" if change.facts.expired < 2 else "are"
    return f"{sentence} {amount.capitalize()} {verb} older than the new retention."


def too_few_replicas(change: Change) -> str:
    """Return what becomes of producers with acks=all that need more replicas than there are, or all of them."""
    replicas = change.facts.replicas
    value = change.after.get(MIN_ISR, change.facts.default_min_isr)
    required = number_of(value)
    if replicas is None or required is None:
        return ""
    inherited = "" if MIN_ISR in change.after else " (the brokers' default)"
    if required > replicas:
        return (
            f"min.insync.replicas={required}{inherited} is more than the {plural(replicas, 'replica')} of the "
            "topic: all writes with acks=all are refused."
        )
    if required == replicas > 1:
        return f"With min.insync.replicas{inherited} equal to the replication factor, one broker down blocks acks=all."
    return ""


def single_replica(change: Change) -> str:
    if change.before is not None or change.facts.replicas != 1:
        return ""
    return "With replication factor 1, every broker restart makes some partitions unavailable."


def unclean_election(change: Change) -> str:
    if (change.after.get("unclean.leader.election.enable") or "").removesuffix(DEFAULT).strip().lower() != "true":
        return ""
    return (
        "With unclean.leader.election.enable, an out-of-sync replica may become leader: acknowledged records "
        "can be lost."
    )


def compaction(change: Change) -> str:
    if "compact" not in (change.after.get("cleanup.policy") or ""):
        return ""
    if change.before is None or "compact" in (change.value_before("cleanup.policy") or ""):
        return ""
    return "Compaction keeps only the latest record per key, and Kafka rejects records without a key from then on."


def smaller_records(change: Change) -> str:
    key = "max.message.bytes"
    after, before = number_of(change.after.get(key)), number_of(change.value_before(key))
    if after is None or before is None or after >= before:
        return ""
    return f"Batches larger than {after:,} bytes will be rejected; the current limit is {before:,}."


RULES: tuple[Callable[[Change], str], ...] = (
    single_replica, too_few_replicas, loss, unclean_election, compaction, smaller_records,
)  # fmt: skip


def dangers(change: Change) -> tuple[str, ...]:
    """Return a sentence for everything that is put at risk."""
    return tuple(sentence for rule in RULES if (sentence := rule(change)))
