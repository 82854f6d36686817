"""Spring's placeholders in configuration values: ``${NAME}`` and ``${NAME:default}``, also nested. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SIGNS = re.compile(r"\$\{|\}")
DEEPEST = 20  # nested placeholders: a text full of ${ must not take a minute


@dataclass
class Part:
    """A text under construction, and the names in it that have no value."""

    pieces: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def resolved(value: object, environment: Mapping[str, str], missing: list[str] | None = None, path: str = "") -> object:
    """Replace the placeholders in all texts of a document; those without value or default stay as they are.

    ``missing`` gets a remark for each that stays, with its path.
    """
    if isinstance(value, str):
        text, names = replaced(value, environment) if "${" in value else (value, [])
        if missing is not None:
            missing += [f"{path}: ${{{name}}} has no value and no default" for name in names]
        return text
    if isinstance(value, dict):
        return {key: resolved(inner, environment, missing, path_of(path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(item, environment, missing, f"{path}[{number}]") for number, item in enumerate(value)]
    return value


def path_of(path: str, key: object) -> str:
    """Return the place of a key in the mapping at ``path``; a number is one of a list."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


def replaced(text: str, environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return a text with its placeholders replaced, innermost first, and the names without a value."""
    stack, position = [Part()], 0
    for sign in SIGNS.finditer(text):
        stack[-1].pieces.append(text[position : sign.start()])
        position = sign.end()
        if sign[0] == "${":
            stack.append(Part())
        elif len(stack) > 1:
            put_value(stack, environment)
        else:
            stack[-1].pieces.append("}")
        if len(stack) > DEEPEST:
            return text, []
    stack[-1].pieces.append(text[position:])
    parts = ["".join(part.pieces) for part in stack]
    return "${".join(parts), [name for part in stack for name in part.missing]


def put_value(stack: list[Part], environment: Mapping[str, str]) -> None:
    """Append the value of the innermost placeholder to the text around it."""
    inner = stack.pop()
    expression = "".join(inner.pieces)
    name, colon, default = expression.partition(":")
    if name in environment:
        stack[-1].pieces.append(environment[name])
        return
    stack[-1].pieces.append(default if colon else f"${{{expression}}}")
    stack[-1].missing += inner.missing if colon else [*inner.missing, expression]
