"""What new configs put at risk, rule by rule."""

import pytest

from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import NewTopic
from clusters.topics import plan
from clusters.topics.dangers import TopicFacts

DEFAULTS = {
    "retention.ms": "604800000", "retention.bytes": "-1", "cleanup.policy": "delete", "min.insync.replicas": "2",
    "unclean.leader.election.enable": "true", "max.message.bytes": "1000000",
}  # fmt: skip
VALUES = {**DEFAULTS, "min.insync.replicas": "1", "unclean.leader.election.enable": "false"}
ENTRIES = [
    ConfigEntry(name, value, DEFAULTS[name], "DYNAMIC_TOPIC_CONFIG", read_only=False, sensitive=False)
    for name, value in VALUES.items()
]
THREE = TopicFacts(replicas=3)


@pytest.mark.parametrize(
    ("changed", "facts", "words"),
    [
        ({"min.insync.replicas": "5"}, THREE, "=5 is more than the 3 replicas of the topic: all writes"),
        ({"min.insync.replicas": "2"}, TopicFacts(replicas=1), "=2 is more than the 1 replica of the topic"),
        ({"min.insync.replicas": "3"}, THREE, "one broker down blocks acks=all"),
        ({"min.insync.replicas": "2"}, THREE, ""),
        ({"min.insync.replicas": "5"}, TopicFacts(), ""),
        ({"unclean.leader.election.enable": "TRUE"}, THREE, "acknowledged records can be lost"),
        ({"unclean.leader.election.enable": "no"}, THREE, ""),
        ({"retention.ms": "60000"}, THREE, "This may delete existing records (retention.ms lowered)."),
        (
            {"retention.ms": "60000"},
            TopicFacts(3, expired=4_000),
            "Up to 4,000 records are older than the new retention.",
        ),
        ({"retention.ms": "60000"}, TopicFacts(3, expired=1), "Up to 1 record is older than the new retention."),
        ({"retention.ms": "60000"}, TopicFacts(3, expired=0), "No record is older than the new retention."),
        ({"retention.ms": "700000000"}, THREE, ""),
        ({"retention.ms": "-1"}, THREE, ""),
        ({"retention.bytes": "1000"}, THREE, "This may delete existing records (retention.bytes lowered)."),
        ({"cleanup.policy": "delete,compact"}, THREE, "Kafka rejects records without a key"),
        ({"max.message.bytes": "10"}, THREE, "larger than 10 bytes will be rejected; the current limit is 1,000,000"),
        ({"max.message.bytes": "2000000"}, THREE, ""),
    ],
)
def test_new_configs_are_planned_with_what_they_put_at_risk(
    changed: dict[str, str], facts: TopicFacts, words: str
) -> None:
    warnings = plan.configure("t", ENTRIES, changed, [], facts).warnings
    assert words in " ".join(warnings)
    assert bool(words) == bool(warnings)


def test_a_reset_is_judged_by_the_default_that_comes_back() -> None:
    planned = plan.configure("t", ENTRIES, {}, ["min.insync.replicas", "unclean.leader.election.enable"], THREE)
    assert ["can be lost" in warning for warning in planned.warnings] == [True]
    planned = plan.configure("t", ENTRIES, {}, ["min.insync.replicas"], TopicFacts(replicas=1))
    assert "=2 is more than the 1 replica" in planned.warnings[0]


@pytest.mark.parametrize(
    ("replicas", "configs", "default", "words"),
    [
        (1, {}, "1", ["broker restart"]),
        (1, {"min.insync.replicas": "2"}, "1", ["broker restart", "=2 is more than the 1 replica of"]),
        (1, {}, "2", ["broker restart", "=2 (the brokers' default) is more than the 1 replica"]),
        (3, {}, "2", []),
        (3, {}, None, []),
        (3, {"min.insync.replicas": "3"}, "1", ["one broker down"]),
        (3, {"retention.ms": "1", "cleanup.policy": "compact"}, "1", []),
        (3, {"unclean.leader.election.enable": "true"}, "1", ["can be lost"]),
    ],
)
def test_a_new_topic_is_planned_with_what_it_puts_at_risk(
    replicas: int, configs: dict[str, str], default: str | None, words: list[str]
) -> None:
    warnings = plan.create(NewTopic("t", 1, replicas, configs), default_min_isr=default).warnings
    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings, strict=True))
