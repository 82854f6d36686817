"""How far a batch is and how fast, measured by the sizes of its replicas; and the checkpoint that says so."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from clusters.gateway.clients.connection import Connection
from clusters.gateway.reassigning.partitions import OngoingReassignment
from clusters.jobs.kinds import Checkpoint
from clusters.reassignment.planning.layout import Move
from clusters.reassignment.progress import sum_known
from clusters.reassignment.reading import read_copying
from clusters.reassignment.running.standing import Standing

NAMED = 10  # partitions that the page names


class Meter:
    """Measures how many bytes are left of a batch, and how fast they become fewer."""

    def __init__(self) -> None:
        self.before: tuple[float, int] | None = None
        self.rate: int | None = None

    def read(self, connection: Connection, ongoing: Sequence[OngoingReassignment]) -> dict[str, Any]:
        left, unknown = sum_known(item.left for item in read_copying(connection, ongoing).values())
        now = time.monotonic()
        if self.before and not unknown and left <= self.before[1]:
            self.rate = round((self.before[1] - left) / max(0.001, now - self.before[0]))
        self.before = None if unknown else (now, left)
        return {"left": left, "unknown": unknown, "rate": self.rate}


def checkpoint(
    standing: Standing,
    moves: Sequence[Move],
    ongoing: Sequence[OngoingReassignment] = (),
    measured: Mapping[str, Any] | None = None,
    *,
    whole: bool = True,
    wait: float = 0.0,
) -> Checkpoint:
    done = standing.at + (standing.size - len(ongoing) if ongoing else 0)
    copying: dict[str, Any] = {}
    if measured:
        later, _ = sum_known(move.copied for move in moves[standing.at + standing.size :])
        is_known = measured["rate"] and not measured["unknown"]
        copying = {
            **measured, "partitions": len(ongoing), "names": [item.name for item in ongoing[:NAMED]],
            "seconds": (measured["left"] + later) / measured["rate"] if is_known else None,
        }  # fmt: skip
    return Checkpoint(standing.as_json(), done, len(moves), {"copying": copying}, wait, whole)
