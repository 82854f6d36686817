"""What identifies a change: all that its plan says, on which resource, and which of those that had its name. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from core.plan import Plan
from core.plan import fingerprint_of as fingerprint_of_values
from core.web.formats import first_names

ANOTHER = "Not the same any more: {}. It was changed, or deleted and created again, in the meantime."


def key_of(plan: Plan) -> str:
    """Return what tells a plan from others, also from those with equal steps on another resource."""
    values = {
        "action": plan.action,
        "resource": plan.resource,
        "others": plan.others,
        "steps": list(map(asdict, plan.steps)),
        **({"note": plan.note} if plan.note else {}),
        **({"identity": plan.identity} if plan.identity else {}),
    }
    return fingerprint_of_values(values)


def fingerprint_of(plans: Iterable[Plan]) -> str:
    return hashlib.sha256("\n".join(map(key_of, plans)).encode()).hexdigest()


def another(names: Sequence[str]) -> str:
    """Say of what has these names that it is not what was confirmed, although the same would be done to it."""
    return ANOTHER.format(first_names(list(names), 3))


def replaced(approved: Iterable[Plan], plans: Iterable[Plan]) -> list[str]:
    """Return the names of what is another now; empty where also something else would be done."""
    approved = list(approved)
    keys, keys_by_name = set(map(key_of, approved)), {key_of(unidentified(plan)) for plan in approved}
    others = [plan for plan in plans if key_of(plan) not in keys]
    return [plan.resource for plan in others if key_of(unidentified(plan)) in keys_by_name]


def unidentified(plan: Plan) -> Plan:
    return replace(plan, identity="")
