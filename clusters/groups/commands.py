"""Commands of Kafka's tools for groups, a tool for each type, that do what plans of groups do. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from clusters.gateway.offsets import Key
from clusters.kafka_tools import alter_configs, command

TOOLS = {"share": "kafka-share-groups", "streams": "kafka-streams-groups"}  # by type; any other has the first tool
TOOL = "kafka-consumer-groups"
OF_SHARE = {"--to-earliest", "--to-latest", "--to-datetime", "--to-offset", "--from-file"}
FROM_FILE = ("--from-file", "offsets.csv")


def tool_of(kind: str) -> str:
    return TOOLS.get(kind, TOOL)


def reset(group: str, kind: str, topic: str, partitions: Collection[int], to: Sequence[str]) -> tuple[str, ...]:
    """Return the command that resets offsets, if the tool can; without a topic, of all that the group has offsets of.

    The tool for streams groups takes topics only that the application reads.
    """
    if kind == "share" and to[0] not in OF_SHARE:
        return ()
    single, every = ("--input-topic", "--all-input-topics") if kind == "streams" else ("--topic", "--all-topics")
    scope = (single, scoped(topic, partitions)) if topic else (every,)
    return (command(tool_of(kind), "--reset-offsets", "--group", group, *scope, *to, "--execute"),)


def scoped(topic: str, partitions: Collection[int]) -> str:
    numbers = ",".join(map(str, sorted(partitions)))
    return f"{topic}:{numbers}" if numbers else topic


def delete_offsets(group: str, kind: str, keys: Iterable[Key]) -> tuple[str, ...]:
    """Return the commands that delete offsets; the tools for share and streams groups do so by whole topics."""
    partitions: dict[str, list[int]] = {}
    for topic, number in keys:
        partitions.setdefault(topic, []).append(number)
    if kind in TOOLS:
        option = "--topic" if kind == "share" else "--input-topic"
        topics = [argument for topic in partitions for argument in (option, topic)]
        return (command(tool_of(kind), "--delete-offsets", "--group", group, *topics),)
    return tuple(
        command(TOOL, "--delete-offsets", "--group", group, "--topic", scoped(topic, numbers))
        for topic, numbers in partitions.items()
    )


def delete(group: str, kind: str) -> str:
    return command(tool_of(kind), "--delete", "--group", group)


def configure(group: str, changed: Mapping[str, str], reset: Collection[str]) -> tuple[str, ...]:
    """Return the command that sets configs of a group, and resets others."""
    return alter_configs("--entity-type", "groups", "--entity-name", group, changed=changed, reset=reset)
