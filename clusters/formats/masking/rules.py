"""Rules of masking, with kafka-ui's keys and some of our own. What is not understood is refused: it would not mask."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusters.formats.masking.paths import Path, read_path
from core.patterns import LONGEST, PatternError, compiled, glob_matches, whole

REMOVE, MASK, REPLACE = "REMOVE", "MASK", "REPLACE"
KINDS = (REMOVE, MASK, REPLACE)
REPLACEMENT = "***DATA_MASKED***"
CHARACTERS = ("X", "x", "n", "-")  # for capital letters, other letters, digits, and all else
MOST = 200  # rules, fields or paths
KEYS = (
    "type", "fields", "fieldsNamePattern", "paths", "textPattern", "topics", "keyTopics",
    "topicKeysPattern", "topicValuesPattern", "replacement", "maskingCharsReplacement", "pattern",
)  # fmt: skip


class MaskingError(ValueError):
    """A rule is not understood; the message says which, and why."""


@dataclass(frozen=True)
class MaskingRule:
    """What is masked, and how. Without fields, paths and a pattern of text it is the whole key or value.

    ``topics`` is a glob for values and headers, ``key_glob`` one for keys; the two patterns are
    kafka-ui's, regular expressions.
    """

    kind: str
    fields: frozenset[str] = frozenset()
    field_pattern: str = ""
    paths: tuple[Path, ...] = ()
    text_pattern: str = ""
    topics: str = ""
    key_glob: str = ""
    topics_pattern: str = ""
    keys_pattern: str = ""
    replacement: str = REPLACEMENT
    characters: tuple[str, ...] = CHARACTERS

    def applies(self, topic: str, part: str) -> bool:
        """Tell whether it is about a topic's keys or values."""
        glob = self.key_glob if part == "key" else self.topics
        expression = self.keys_pattern if part == "key" else self.topics_pattern
        return bool((glob and glob_matches(glob, topic)) or (expression and whole(expression, topic)))

    @property
    def is_of_all(self) -> bool:
        return not (self.fields or self.field_pattern or self.paths or self.text_pattern)

    def names(self, field: str) -> bool:
        """Tell whether a field's name is one of the rule's, also behind what XML has before it."""
        return any(
            name in self.fields or bool(self.field_pattern and whole(self.field_pattern, name))
            for name in {field, local_name(field)}
        )


def local_name(field: str) -> str:
    """Return a name without what XML has before it: ``@`` of an attribute, a namespace in braces."""
    return field.removeprefix("@").rpartition("}")[2] if field[:1] in {"@", "{"} else field


def read_rules(entries: object) -> tuple[MaskingRule, ...]:
    """Read a list of rules; a mapping of numbers to rules, as variables make it, is one too.

    Raises:
        MaskingError: a rule is not understood; the message says which, and why.
    """
    rules = []
    for number, entry in enumerate(listed(entries, "masking"), 1):
        if not isinstance(entry, Mapping):
            raise MaskingError(f"Masking rule {number} is not a mapping.")
        try:
            rules.append(read_rule(entry))
        except ValueError as error:
            raise MaskingError(f"Masking rule {number}: {error}") from error
    return tuple(rules)


def masking_entries(entries: object) -> list[Any]:
    """Return rules as they are stored, after they were read.

    Raises:
        MaskingError: a rule is not understood.
    """
    read_rules(entries)
    stored: list[Any] = json.loads(json.dumps(listed(entries, "masking"), default=str))
    return stored


def read_rule(entry: Mapping[Any, Any]) -> MaskingRule:
    values: dict[str, Any] = {}
    for key, value in entry.items():
        name = next((name for name in KEYS if name.lower() == re.sub("[-_]", "", str(key)).lower()), None)
        if name is None:
            raise MaskingError(f"there is no {key}; there are {', '.join(KEYS)}.")
        values[name] = value
    kind = str(values.get("type", "")).upper()
    if kind not in KINDS:
        raise MaskingError(f"type is none of {', '.join(KINDS)}.")
    rule = MaskingRule(
        kind,
        frozenset(map(str, listed(values.get("fields"), "fields"))),
        expression(values, "fieldsNamePattern"),
        tuple(read_path(str(path)) for path in listed(values.get("paths"), "paths")),
        expression(values, "textPattern"),
        str(values.get("topics") or "")[:LONGEST],
        str(values.get("keyTopics") or "")[:LONGEST],
        expression(values, "topicValuesPattern"),
        expression(values, "topicKeysPattern"),
        str(REPLACEMENT if values.get("replacement") is None else values["replacement"]),
        characters_of(values.get("maskingCharsReplacement", values.get("pattern"))),
    )
    if not (rule.topics or rule.key_glob or rule.topics_pattern or rule.keys_pattern):
        raise MaskingError("it is about no topics: set topics, keyTopics, topicValuesPattern or topicKeysPattern.")
    return rule


def listed(value: object, name: str) -> list[Any]:
    """Return a list, or the values of a mapping by its numbers; nothing for nothing."""
    if isinstance(value, Mapping) and all(str(number).isdecimal() for number in value):
        value = [value[number] for number in sorted(value, key=int)]
    if value is None or value == "":
        return []
    if not isinstance(value, list | tuple):
        raise MaskingError(f"{name} is not a list.")
    if len(value) > MOST:
        raise MaskingError(f"{name} has more than {MOST} entries.")
    return list(value)


def expression(values: Mapping[str, Any], name: str) -> str:
    """Return a regular expression; MaskingError where it is none."""
    text = str(values.get(name) or "")
    try:
        compiled(f"^(?:{text})$")
    except PatternError as error:
        raise MaskingError(f"{name}: {error}") from error
    return text


def characters_of(value: object) -> tuple[str, ...]:
    characters = tuple(map(str, listed(value, "maskingCharsReplacement"))) or CHARACTERS
    if len(characters) != len(CHARACTERS):
        raise MaskingError("maskingCharsReplacement has four entries: capital letters, other letters, digits, others.")
    return characters
