"""How the audit log names the Connect cluster of a change: a connector's name may be there in several."""

import re
from dataclasses import replace

from clusters.models import ConnectCluster
from core.plan import Plan

NOTE = re.compile(r"Connect cluster “[^”]*” \(id ([0-9]{1,18})\)\.")


def named(plan: Plan, row: ConnectCluster) -> Plan:
    """Return a plan whose note says in which Connect cluster it is, whatever that is called later."""
    return replace(plan, note=f"Connect cluster “{row.name}” (id {row.pk}).")


def connect_number(note: str) -> int | None:
    """Return the id of the Connect cluster that the note of an audit entry begins with; None where it has none."""
    match = NOTE.match(note)
    return int(match[1]) if match else None
