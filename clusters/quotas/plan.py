"""What setting or removing quotas would do. Pure."""

from collections.abc import Mapping

from clusters.gateway.quotas import CLIENT_ID, DEFAULT, IP, USER, Entity, Quotas
from clusters.kafka_tools import command
from clusters.quota_words import BYTES, LABELS, entity_words, number_words, subject, value_words
from core.plan import Plan, Step

ACTION = "quotas.manage"
VERY_LITTLE = 1024  # bytes per second
ENTITY_TYPES = {USER: "users", CLIENT_ID: "clients", IP: "ips"}
Values = Mapping[str, float | None]  # None removes a quota


def change(entity: Entity, present: Quotas, values: Values, *, own_user: str = "") -> Plan:
    """Plan quotas of an entity; those that are as they shall be are left out.

    Args:
        entity: whom they limit.
        present: the quotas that it has.
        values: those it shall have; others stay.
        own_user: whom kafkaadmin authenticates as, where it is known.
    """
    changed = {name: value for name, value in values.items() if present.get(name) != value}
    steps = tuple(
        Step(subject(entity, name), text(name, present.get(name)), text(name, value)) for name, value in changed.items()
    )
    warnings = [*scope_warnings(entity, changed), *own_warnings(entity, changed, own_user), *low_warnings(changed)]
    return Plan(ACTION, entity.resource, steps, tuple(warnings), commands=commands(entity, changed))


def text(name: str, value: float | None) -> str | None:
    return None if value is None else value_words(name, value)


def scope_warnings(entity: Entity, changed: Values) -> list[str]:
    if not any(value is not None for value in changed.values()) or DEFAULT not in entity.parts.values():
        return []
    return [f"The quota of {entity_words(entity)} limits each one without a more specific quota, not all together."]


def own_warnings(entity: Entity, changed: Values, own_user: str) -> list[str]:
    limits = any(value is not None for value in changed.values())
    if limits and own_user and entity.user == own_user:
        return ["kafkaadmin itself authenticates as this user: its pages may become slow."]
    return []


def low_warnings(changed: Values) -> list[str]:
    return [
        f"{LABELS[name]}: {value_words(name, value)} per broker nearly stops clients."
        for name, value in changed.items()
        if name in BYTES and value is not None and value < VERY_LITTLE
    ]


def commands(entity: Entity, changed: Values) -> tuple[str, ...]:
    """Return the command of kafka-configs that does the same."""
    words = ["--alter"]
    for kind, name in entity.parts.items():
        entity_type = ["--entity-type", ENTITY_TYPES[kind]]
        words += [*entity_type, "--entity-default"] if name == DEFAULT else [*entity_type, "--entity-name", name]
    added = ",".join(f"{name}={number_words(value)}" for name, value in changed.items() if value is not None)
    removed = ",".join(name for name, value in changed.items() if value is None)
    words += ["--add-config", added] if added else []
    words += ["--delete-config", removed] if removed else []
    return (command("kafka-configs", *words),) if changed else ()
