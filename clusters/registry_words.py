"""A schema registry in addresses and in the steps of plans: the default one is named in neither."""

import re
from collections.abc import Mapping
from dataclasses import replace

from clusters.models import DEFAULT_REGISTRY, SchemaRegistry
from core.plan import Plan
from core.web.paths import reverse

SETTINGS = ("compatibility", "mode")  # the steps of what is set for a subject
STEP = re.compile(r"registry ([A-Za-z0-9._-]+): ")
NOTE = re.compile(r"Schema registry “[^”]*” \(id ([0-9]{1,18})\)\.")


def address(row: SchemaRegistry, viewname: str, *names: object, query: Mapping[str, object] | None = None) -> str:
    """Return the address of a page about a registry: ``…/schemas/…``, or ``…/schemas/registries/<name>/subjects/…``."""
    return reverse(viewname, row.cluster.slug, *parts_of(row.name), *names, query=query)


def parts_of(registry: str) -> tuple[str, ...]:
    """Return what stands for a registry in an address."""
    return () if registry == DEFAULT_REGISTRY else (registry,)


def named(plan: Plan, row: SchemaRegistry) -> Plan:
    """Return a plan whose steps say in which registry they are; its note does so whatever that is called later."""
    plan = replace(plan, note=f"Schema registry “{row.name}” (id {row.pk}).")
    if row.is_default:
        return plan
    steps = tuple(replace(step, subject=f"registry {row.name}: {step.subject}") for step in plan.steps)
    return replace(plan, steps=steps)


def registry_number(note: str) -> int | None:
    """Return the id of the registry that the note of an audit entry begins with; None where it has none."""
    match = NOTE.match(note)
    return int(match[1]) if match else None


def registry_of_step(subject: str) -> str:
    """Return the name of the registry that a step is in."""
    match = STEP.match(subject)
    return match[1] if match else DEFAULT_REGISTRY


def unnamed(subject: str) -> str:
    """Return a step's subject without its registry."""
    return STEP.sub("", subject, count=1)
