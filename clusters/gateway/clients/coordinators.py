"""Which broker coordinates a group."""

import time
from collections.abc import Collection

from kafka.protocol.metadata import FindCoordinatorRequest

from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, failed_code
from clusters.gateway.result import Failure

BATCH = 1000  # groups per request
GROUP = 0


def find(
    connection: Connection, names: Collection[str], *, timeout: float
) -> tuple[dict[str, int], tuple[Failure, ...]]:
    """Return the coordinators of groups by name, and what kept others from being found (KIP-699, Kafka 3.0).

    Raises:
        KafkaFailure: nobody answered.
    """
    wanted = sorted(set(names))
    deadline = time.monotonic() + timeout
    found: dict[str, int] = {}
    failures: list[Failure] = []
    for start in range(0, len(wanted), BATCH):
        keys = wanted[start : start + BATCH]
        request = FindCoordinatorRequest(key_type=GROUP, coordinator_keys=keys, min_version=4)
        answer = protocol.send(connection, request, timeout=max(0.1, deadline - time.monotonic()))
        for one in answer.coordinators:
            if one.error_code:
                failures.append(Failure(f"group {one.key}", failed_code(one.error_code, one.error_message).sentence))
            else:
                found[one.key] = one.node_id
    return found, tuple(failures)


def one(connection: Connection, name: str, *, timeout: float) -> int:
    """Return the coordinator of one group.

    Raises:
        KafkaFailure: it has none now, or nobody answered.
    """
    found, failures = find(connection, [name], timeout=timeout)
    if failures:
        raise KafkaFailure(f"{name}: {failures[0].sentence}", "Try again in a few seconds.")
    return found[name]
