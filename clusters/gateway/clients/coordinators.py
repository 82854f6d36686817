"""Finding the coordinators of groups and of transactions."""

import time
from collections.abc import Collection, Sequence
from typing import Any

from kafka.protocol.metadata import FindCoordinatorRequest

from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, failed_code
from clusters.gateway.result import Failure

NOT_AVAILABLE, NOT_COORDINATOR = 15, 16  # Kafka's codes
PAUSE = 0.2  # seconds between two questions who coordinates
LEAST = 1.0  # seconds that must be left for the next one, and for what is asked of the coordinator
BATCH = 1000  # groups per request
GROUP, TRANSACTION = 0, 1
NOUNS = {GROUP: "group", TRANSACTION: "transactional id"}


def find(
    connection: Connection, names: Collection[str], *, timeout: float, kind: int = GROUP
) -> tuple[dict[str, int], tuple[Failure, ...]]:
    """Return the coordinators by name, and failures for those that were not found (KIP-699, Kafka 3.0).

    Raises:
        KafkaFailure: nobody answered.
    """
    groups = sorted(set(names))
    deadline = time.monotonic() + timeout
    coordinator_ids: dict[str, int] = {}
    failures: list[Failure] = []
    for start in range(0, len(groups), BATCH):
        keys = groups[start : start + BATCH]
        request = FindCoordinatorRequest(key_type=kind, coordinator_keys=keys, min_version=4)
        response = protocol.send(connection, request, timeout=max(0.1, deadline - time.monotonic()))
        for coordinator in response.coordinators:
            if coordinator.error_code:
                failures.append(
                    Failure(
                        f"{NOUNS[kind]} {coordinator.key}",
                        failed_code(coordinator.error_code, coordinator.error_message).sentence,
                    )
                )
            else:
                coordinator_ids[coordinator.key] = coordinator.node_id
    return coordinator_ids, tuple(failures)


def find_one(connection: Connection, name: str, *, timeout: float) -> int:
    """Return the coordinator of one group, which may have to be elected first, or the offsets topic to be created.

    Raises:
        TimedOut: it had none in time.
        KafkaFailure: that is not told to us, or no broker answered.
    """
    deadline = time.monotonic() + timeout
    request = FindCoordinatorRequest(key_type=GROUP, coordinator_keys=[name], min_version=4)
    while True:
        (coordinator,) = protocol.send(connection, request, timeout=deadline - time.monotonic()).coordinators
        if not coordinator.error_code:
            return int(coordinator.node_id)
        if coordinator.error_code != NOT_AVAILABLE or deadline - time.monotonic() < LEAST:
            raise failed_code(coordinator.error_code, coordinator.error_message, subject=name)
        time.sleep(PAUSE)


def ask(connection: Connection, group: str, request: Any, *, timeout: float) -> Any:
    """Send a request to the coordinator of a group, and return its response; both within the time.

    Raises:
        KafkaFailure: with the cause.
    """
    deadline = time.monotonic() + timeout
    broker = find_one(connection, group, timeout=timeout)
    return protocol.send(connection, request, broker, timeout=deadline - time.monotonic())


def ask_of_group(
    connection: Connection, group: str, requests: Sequence[Any], *, last_known: int | None, timeout: float
) -> tuple[int | None, list[Any], tuple[Failure, ...]]:
    """Send requests that change nothing, all at once, to the coordinator of the one group that they name.

    The one that was known last is asked first, so that who coordinates is only looked up where that is no longer it.

    Returns:
        The broker, None where none is known; the response to each request, or its failure; and why none is known.

    Raises:
        KafkaFailure: nobody answered.
    """
    deadline = time.monotonic() + timeout
    if last_known is not None:
        to_last = [(last_known, request) for request in requests]
        responses = protocol.try_all(connection, to_last, timeout=timeout * protocol.FIRST_TRY)
        if not any(is_elsewhere(response) for response in responses):
            return last_known, responses, ()
    coordinator_ids, failures = find(connection, [group], timeout=max(0.1, deadline - time.monotonic()))
    broker = coordinator_ids.get(group)
    if broker is None:
        return None, [], failures
    to_broker = [(broker, request) for request in requests]
    return broker, protocol.send_all(connection, to_broker, timeout=max(0.1, deadline - time.monotonic())), ()


def is_elsewhere(response: Any) -> bool:
    """Tell whether a broker did not answer, or says that it coordinates the group no longer."""
    if isinstance(response, KafkaFailure):
        return True
    return any(group.error_code in (NOT_AVAILABLE, NOT_COORDINATOR) for group in response.groups)
