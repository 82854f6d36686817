"""Fields and secrets of our own records as plans and the audit log show them; a secret's value is never shown."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from django.db.models import Model
from django.forms.models import model_to_dict

from core.plan import Step

SET, SET_ANEW = "set", "updated"


def field_steps(before: Model | None, after: Model | None, fields: Iterable[str], prefix: str = "") -> tuple[Step, ...]:
    """Return the differences between two states, field by field; None stands for nothing."""
    old, new = (serialize_fields(record, fields) for record in (before, after))
    names = dict.fromkeys([*old, *new])
    return tuple(
        Step(f"{prefix}{name}", old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    )


def serialize_fields(record: Model | None, fields: Iterable[str]) -> dict[str, str]:
    """Return a record's fields as text, without empty ones."""
    values = model_to_dict(record, fields=list(fields)) if record else {}
    texts = {name.replace("_", " "): text_of(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text}


def text_of(value: object) -> str:
    """Return a value as one line of text: PEM text as a fingerprint, since it is long."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, dict):
        return ", ".join(f"{key}={text}" for key, text in sorted(value.items()))
    text = str(value)
    return f"PEM text, SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:16]}" if "-----BEGIN" in text else text


def secret_steps(
    before: Mapping[str, str], after: Mapping[str, str], names: Iterable[str], prefix: str = ""
) -> tuple[Step, ...]:
    """Return which secrets were set, replaced or removed."""
    return tuple(
        Step(
            f"{prefix}{name.replace('_', ' ')}",
            serialize_secret(before.get(name, ""), replaced=False),
            serialize_secret(after.get(name, ""), replaced=bool(before.get(name))),
        )
        for name in names
        if before.get(name, "") != after.get(name, "")
    )


def serialize_secret(secret: str, *, replaced: bool) -> str | None:
    """Return how a stored secret is described; None where there is none."""
    if not secret:
        return None
    return SET_ANEW if replaced else SET
