"""Which topics have which format: a rule per line, ``orders-* key=text value=msgpack``; the first match counts.

``/orders-[0-9]+/`` is a regular expression that matches the whole name; no topic's name has a slash.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clusters.formats.catalogue import IN_REGISTRY, PROTOBUF, format_called, formats
from core.patterns import LONGEST, compiled, glob_matches, whole

PARTS = ("key", "value")


@dataclass(frozen=True)
class FormatRule:
    """The formats of the topics that a glob or an expression matches; empty where that is found automatically."""

    topics: str
    key: str = ""
    value: str = ""

    def applies(self, topic: str) -> bool:
        expression = expression_in(self.topics)
        return whole(expression, topic) if expression else glob_matches(self.topics, topic)


def read_rules(text: str) -> tuple[FormatRule, ...]:
    """Read rules, one per line.

    Raises:
        ValueError: a line is no rule; the message says why.
    """
    return tuple(read_rule(line) for line in filter(None, map(str.strip, text.splitlines())))


def read_rule(line: str) -> FormatRule:
    topics, *settings = line.split()
    chosen: dict[str, str] = {}
    for setting in settings:
        part, equals, name = setting.partition("=")
        if part not in PARTS or not equals or part in chosen:
            raise ValueError(f"“{line}” is not of the form: topics key=format value=format.")
        if format_called(name) is None:
            there_are = ", ".join((*formats(), f"{IN_REGISTRY}registry", f"{PROTOBUF}package.Message"))
            raise ValueError(f"“{line}”: there is no format {name}. There are {there_are}.")
        chosen[part] = name
    if not chosen or len(topics) > LONGEST:
        raise ValueError(f"“{line}” is not of the form: topics key=format value=format.")
    if expression_in(topics):
        compiled(expression_in(topics))
    return FormatRule(topics, **chosen)


def expression_in(topics: str) -> str:
    """Return what is between two slashes; empty for a glob."""
    return topics[1:-1] if len(topics) > 2 and topics[0] == topics[-1] == "/" else ""


def format_for(rules: Iterable[FormatRule], topic: str, part: str) -> tuple[str, str]:
    """Return the format that the rules name for a key or a value, and why; both empty where they name none."""
    for rule in rules:
        name: str = getattr(rule, part)
        if name and rule.applies(topic):
            return name, f"Set for topics {rule.topics}."
    return "", ""
