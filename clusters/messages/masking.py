"""Masking records, before anything else sees them: a search, a page, a download, the API.

What a rule is about must be found: bytes that cannot be decoded, or were not read whole, are masked altogether. Only
formats that are set for the topic or detected count here, not those that somebody chooses on a page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clusters.formats.content import NOTHING
from clusters.formats.detection import Decoded
from clusters.formats.masking.masks import GONE, has_places, masked_nested, masked_text, masked_value
from clusters.formats.masking.rules import REMOVE, REPLACEMENT, MaskingRule, read_rules
from clusters.formats.plain_text import text_of
from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding, decoding_of
from clusters.models import Cluster

Header = tuple[str, bytes | None, int]


@dataclass(frozen=True)
class Masking:
    """The rules about a topic's keys and values, and how they are decoded."""

    key: tuple[MaskingRule, ...]
    value: tuple[MaskingRule, ...]
    decoding: Decoding

    def __call__(self, record: Record) -> Record:
        """Return a record as those see it who may not see clear values; the parts that were masked are named."""
        headers = tuple(masked_header(header, self.value) for header in record.headers)
        masked = replace(record, headers=headers, masked=("headers",) if headers != record.headers else ())
        for part, rules in (("key", self.key), ("value", self.value)):
            decoded = self.decoding.decoded(record, part) if rules else None
            if decoded is not None:
                raw, size = record.part(part)
                data = masked_data(decoded, rules, truncated=size > len(raw or b""))
                if data == raw:
                    continue
                fields = {part: data, f"{part}_size": len(data or b""), "masked": (*masked.masked, part)}
                masked = replace(masked, **fields)  # type: ignore[arg-type]
        return masked


def masking_of(cluster: Cluster, topic: str) -> Masking | None:
    """Return what masks a topic's records; None where no rule is about it."""
    rules = read_rules(cluster.masking)
    key, value = (tuple(rule for rule in rules if rule.applies(topic, part)) for part in ("key", "value"))
    return Masking(key, value, decoding_of(cluster, topic)) if key or value else None


def masked_data(decoded: Decoded, rules: Sequence[MaskingRule], *, truncated: bool) -> bytes | None:
    """Return the bytes to be shown for what was decoded; None where it is removed."""
    if decoded.content.value is not NOTHING and not truncated:
        value = masked_value(decoded.content.value, rules)
        return None if value is GONE else json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    if decoded.format == "text" and not truncated:
        text = masked_text(decoded.content.text, rules)
        return None if text is None else text.encode("utf-8", "replace")
    return unreadable(rules)


def unreadable(rules: Sequence[MaskingRule]) -> bytes | None:
    """Return what is shown for bytes in which nobody can tell what the rules are about."""
    return None if any(rule.kind == REMOVE for rule in rules) else rules[0].replacement.encode("utf-8", "replace")


def masked_header(header: Header, rules: Sequence[MaskingRule]) -> Header:
    """Return a header, masked by the rules that name it or a field in its JSON, or look for a pattern of text."""
    name, value, size = header
    if value is None:
        return header
    named = [replace(only_text(rule), text_pattern="") for rule in rules if rule.names(name)]
    seeking = [only_text(rule) for rule in rules if rule.text_pattern and not rule.names(name)]
    nested = [rule for rule in rules if has_places(rule) and not rule.names(name)]
    text = text_of(value, truncated=False) if size == len(value) else None
    if not (named or seeking or (nested and (text or size > len(value)))):
        return header
    shown = REPLACEMENT if text is None else masked_text(masked_documents(text, nested), [*named, *seeking])
    data = None if shown is None else shown.encode("utf-8", "replace")
    return (name, data, len(data or b""))


def masked_documents(text: str, rules: Sequence[MaskingRule]) -> str:
    """Return a text that may be a document, masked by the rules about its fields."""
    for rule in rules:
        masked = masked_nested(text, rule, frozenset(rule.paths))
        text = "" if masked is GONE else masked
    return text


def only_text(rule: MaskingRule) -> MaskingRule:
    """Return a rule without the fields that it names."""
    return replace(rule, fields=frozenset(), field_pattern="", paths=())
