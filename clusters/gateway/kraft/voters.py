"""Adding controllers to the quorum's voters, and removing them (KIP-853, Kafka 3.9)."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection

TIMEOUT = 10.0  # the new voter set is committed by a majority first


@dataclass(frozen=True, slots=True)
class Voter:
    """A controller: its node id, the id of its directory with the metadata log, and its controller listener."""

    node_id: int
    directory_id: str
    listener: str = ""
    host: str = ""
    port: int = 0


def add(connection: Connection, voter: Voter, *, timeout: float = TIMEOUT) -> None:
    """Add a controller that runs and has caught up as an observer.

    Raises:
        Unsupported: the cluster has kraft.version 0.
        KafkaFailure: with the cause.
    """
    request = protocol.request_class("AddRaftVoterRequest")
    listener = request.Listener(name=voter.listener, host=voter.host, port=voter.port)
    send(
        connection,
        request(
            cluster_id=None,
            timeout_ms=round(timeout * 1000),
            voter_id=voter.node_id,
            voter_directory_id=uuid_of(voter.directory_id),
            listeners=[listener],
        ),
        timeout,
    )


def remove(connection: Connection, voter: Voter, *, timeout: float = TIMEOUT) -> None:
    """Remove a controller; if it runs, it stays as an observer.

    Raises:
        Unsupported: the cluster has kraft.version 0.
        KafkaFailure: with the cause.
    """
    request = protocol.request_class("RemoveRaftVoterRequest")
    named = request(cluster_id=None, voter_id=voter.node_id, voter_directory_id=uuid_of(voter.directory_id))
    send(connection, named, timeout)


def send(connection: Connection, request: Any, timeout: float) -> None:
    response = protocol.send(connection, request, timeout=timeout)
    protocol.raise_for_code(response.error_code, response.error_message)


def uuid_of(directory_id: str) -> UUID:
    """Read a directory's id as Kafka writes it."""
    return UUID(bytes=base64.urlsafe_b64decode(f"{directory_id}=="))
