"""What identifies a change: all that its plan says, on which resource. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict

from core.plan import Plan


def key_of(plan: Plan) -> str:
    """Return what tells a plan from others, also from those with equal steps on another resource."""
    values = {
        "action": plan.action,
        "resource": plan.resource,
        "others": plan.others,
        "steps": list(map(asdict, plan.steps)),
    } | ({"note": plan.note} if plan.note else {})
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def fingerprint_of(plans: Iterable[Plan]) -> str:
    return hashlib.sha256("\n".join(map(key_of, plans)).encode()).hexdigest()
