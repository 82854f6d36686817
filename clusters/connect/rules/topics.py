"""The topics and the consumer group of a connector, as its configuration says. Pure."""

from collections.abc import Mapping

from clusters.gateway.connect.connectors import SINK

OWN_GROUP = "consumer.override.group.id"
GROUP_PATTERN = "connect-%s"


def configured_topics(config: Mapping[str, str]) -> list[str]:
    """Return the topics that a sink's configuration names; none where it has a regular expression."""
    return sorted({topic.strip() for topic in config.get("topics", "").split(",")} - {""})


def names_topics(kind: str, config: Mapping[str, str]) -> bool:
    """Tell whether a connector's topics need not be asked for."""
    return kind == SINK and bool(config.get("topics"))


def group_of(kind: str, name: str, config: Mapping[str, str], pattern: str = GROUP_PATTERN) -> str:
    """Return the consumer group of a sink; empty for a source."""
    if kind != SINK:
        return ""
    return config.get(OWN_GROUP) or (pattern or GROUP_PATTERN).replace("%s", name)
