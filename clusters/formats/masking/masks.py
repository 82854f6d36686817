"""Masking texts, and values made of what JSON has."""

import json
from collections.abc import Sequence
from typing import Any

from clusters.formats.masking.nested import document_in, field_names
from clusters.formats.masking.paths import ANY, Path, advanced
from clusters.formats.masking.rules import MASK, REMOVE, MaskingRule, local_name
from core.patterns import compiled, encodable

GONE = object()  # in place of a value that is removed


def masked_text(text: str, rules: Sequence[MaskingRule]) -> str | None:
    """Return a text that has no structure, masked; None where it is removed.

    A rule about fields or paths masks all of it, since nobody can tell where they are.
    """
    shown: str | None = text
    for rule in rules:
        if shown is None:
            return None
        shown = masked_parts(shown, rule) if rule.text_pattern and not has_places(rule) else masked_whole(shown, rule)
    return shown


def has_places(rule: MaskingRule) -> bool:
    return bool(rule.fields or rule.field_pattern or rule.paths)


def masked_whole(text: str, rule: MaskingRule) -> str | None:
    if rule.kind == REMOVE:
        return None
    return "".join(masked_character(character, rule) for character in text) if rule.kind == MASK else rule.replacement


def masked_parts(text: str, rule: MaskingRule) -> str:
    """Return a text in which what the rule's pattern finds is masked."""
    plain = encodable(text)
    parts, at = [], 0
    for match in compiled(rule.text_pattern).finditer(plain):
        parts += [plain[at : match.start()], masked_whole(match.group(), rule) or ""]
        at = match.end()
    return "".join([*parts, plain[at:]])


def masked_character(character: str, rule: MaskingRule) -> str:
    upper, lower, digit, other = rule.characters
    if character.isspace():
        return character
    if character.isdigit():
        return digit
    if character.isalpha():
        return upper if character.isupper() else lower
    return other


def masked_value(value: Any, rules: Sequence[MaskingRule]) -> Any:
    """Return a value, masked by one rule after the other; GONE where all of it is removed."""
    for rule in rules:
        if rule.is_of_all or (has_places(rule) and document_in(value) is None):
            value = GONE if rule.kind == REMOVE else masked_all(value, rule)
        else:
            value = walked(value, rule, frozenset(rule.paths))
        if value is GONE:
            return GONE
    return value


def masked_all(value: Any, rule: MaskingRule) -> Any:
    """Return a value of which each single one is masked; what is null stays so."""
    if isinstance(value, dict):
        return {name: masked_all(each, rule) for name, each in value.items()}
    if isinstance(value, list):
        return [masked_all(each, rule) for each in value]
    if value is None:
        return None
    return masked_whole(value if isinstance(value, str) else json_text(value), rule)


def json_text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def walked(value: Any, rule: MaskingRule, paths: frozenset[Path]) -> Any:
    """Return a value in which what the rule is about is masked."""
    if isinstance(value, dict):
        fields = {}
        for name, each in value.items():
            left = advanced(paths, name, in_list=False) | advanced(paths, local_name(name), in_list=False)
            if not (rule.names(name) or () in left):
                shown = masked_parts(name, rule) if rule.text_pattern else name
                fields[shown] = walked(each, rule, left)
            elif rule.kind != REMOVE:
                fields[name] = masked_all(each, rule)
        return {name: each for name, each in fields.items() if each is not GONE}
    if isinstance(value, list):
        return [each for each in walked_list(value, rule, paths) if each is not GONE]
    if isinstance(value, str):
        value = masked_nested(value, rule, paths)
    if rule.text_pattern and isinstance(value, str | int | float) and not isinstance(value, bool):
        text = json_text(value)
        hidden = masked_parts(text, rule)
        return value if hidden == text else hidden
    return value


def masked_nested(text: str, rule: MaskingRule, paths: frozenset[Path]) -> Any:
    """Return a text in which what the rule is about is masked as well where the text is a JSON document itself.

    One that has the name of such a field, and cannot be read, is masked as a whole.
    """
    document = document_in(text)
    try:
        if document is not None:
            masked = walked(document.content, rule, paths)
            return text if masked == document.content and document.is_exact else json.dumps(masked, ensure_ascii=False)
        is_about = has_places(rule) and any(is_named(name, rule) for name in field_names(text))
    except RecursionError:
        is_about = True
    if not is_about:
        return text
    return GONE if rule.kind == REMOVE else masked_whole(text, rule)


def is_named(name: str, rule: MaskingRule) -> bool:
    """Tell whether a rule names a field, or a path of it may lead to one of that name."""
    return rule.names(name) or any(path[-1].name in {ANY, name} for path in rule.paths)


def walked_list(values: list[Any], rule: MaskingRule, paths: frozenset[Path]) -> list[Any]:
    masked = []
    for number, each in enumerate(values):
        left = advanced(paths, str(number), in_list=True)
        if () in left:
            masked.append(GONE if rule.kind == REMOVE else masked_all(each, rule))
        else:
            masked.append(walked(each, rule, left))
    return masked
