"""Commands of kafka-consumer-groups that do what plans of groups do. Pure."""

from collections.abc import Collection, Iterable

from clusters.gateway.offsets import Key
from clusters.kafka_tools import command

TOOL = "kafka-consumer-groups"
FROM_FILE = ("--from-file", "offsets.csv")


def reset(group: str, topic: str, partitions: Collection[int], to: Iterable[str]) -> str:
    """Return the command that resets offsets; without a topic, of all that the group has offsets of."""
    scope = ("--topic", scoped(topic, partitions)) if topic else ("--all-topics",)
    return command(TOOL, "--reset-offsets", "--group", group, *scope, *to, "--execute")


def scoped(topic: str, partitions: Collection[int]) -> str:
    numbers = ",".join(map(str, sorted(partitions)))
    return f"{topic}:{numbers}" if numbers else topic


def delete_offsets(group: str, keys: Iterable[Key]) -> tuple[str, ...]:
    partitions: dict[str, list[int]] = {}
    for topic, number in keys:
        partitions.setdefault(topic, []).append(number)
    return tuple(
        command(TOOL, "--delete-offsets", "--group", group, "--topic", scoped(topic, numbers))
        for topic, numbers in partitions.items()
    )


def delete(group: str) -> str:
    return command(TOOL, "--delete", "--group", group)
