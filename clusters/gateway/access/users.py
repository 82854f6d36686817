"""SCRAM credentials of Kafka's users (KIP-554, Kafka 2.7): described, written and deleted. Kafka tells no password."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.protocol.admin import DescribeUserScramCredentialsRequest

from clusters.gateway import propagation
from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import NotFound

TIMEOUT = 5.0
# org.apache.kafka.clients.admin.ScramMechanism
MECHANISMS = {1: "SCRAM-SHA-256", 2: "SCRAM-SHA-512"}
FEWEST, MOST = 4096, 16384  # iterations that brokers take (org.apache.kafka.common.security.scram.internals)
CONFLUENT = {"SCRAM-SHA-256": ScramMechanism.SCRAM_SHA_256, "SCRAM-SHA-512": ScramMechanism.SCRAM_SHA_512}


@dataclass(frozen=True, slots=True, order=True)
class ScramCredential:
    user: str
    mechanism: str
    iterations: int


def list_credentials(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[ScramCredential, ...]:
    """Return the credentials of all users, sorted.

    Raises:
        NotAuthorized: our principal may not describe the cluster.
        KafkaFailure: with the cause.
    """
    credentials = described(protocol.send(connection, request(), timeout=timeout))
    encoded = {credential.user for credential in credentials if "%" in credential.user}
    if not encoded:
        return credentials
    # With ZooKeeper, Kafka lists names as their nodes are called, percent-encoded, and knows nobody by those.
    users = {credential.user for credential in described(protocol.send(connection, request(*encoded), timeout=timeout))}
    names = {user: unquote(user) for user in encoded - users}
    return tuple(sorted(replace(each, user=names.get(each.user, each.user)) for each in credentials))


def describe(connection: Connection, user: str, *, timeout: float = TIMEOUT) -> tuple[ScramCredential, ...]:
    """Return the credentials of one user; empty for one that has none.

    Raises:
        NotAuthorized: our principal may not describe the cluster.
        KafkaFailure: with the cause.
    """
    return described(protocol.send(connection, request(user), timeout=timeout))


def request(*users: str) -> Any:
    """Return a request for some users; for all if none is named."""
    names = [DescribeUserScramCredentialsRequest.UserName(name=user) for user in users]
    return DescribeUserScramCredentialsRequest(users=names or None)


def described(response: Any) -> tuple[ScramCredential, ...]:
    """Return the credentials of a response.

    Raises:
        KafkaFailure: Kafka refused.
    """
    protocol.raise_for_code(response.error_code, response.error_message)
    credentials: list[ScramCredential] = []
    for result in response.results:
        try:
            protocol.raise_for_code(result.error_code, result.error_message, subject=result.user)
        except NotFound:
            continue
        credentials += credentials_of(result)
    return tuple(sorted(credentials))


def credentials_of(result: Any) -> list[ScramCredential]:
    return [
        ScramCredential(result.user, MECHANISMS[info.mechanism], info.iterations)
        for info in result.credential_infos
        if info.mechanism in MECHANISMS
    ]


def write(connection: Connection, credential: ScramCredential, password: str, *, timeout: float = TIMEOUT) -> None:
    """Create a credential, or replace the one that the user has for the mechanism, and wait until all brokers say so.

    Raises:
        KafkaFailure: with the cause.
    """
    info = ScramCredentialInfo(CONFLUENT[credential.mechanism], credential.iterations)
    alter(connection, [UserScramCredentialUpsertion(credential.user, info, password.encode())], timeout)
    await_users(connection, credential.user, lambda credentials: credential in credentials)


def delete(connection: Connection, user: str, mechanisms: Collection[str], *, timeout: float = TIMEOUT) -> None:
    """Delete a user's credentials of some mechanisms, and wait until no broker has them.

    Raises:
        KafkaFailure: with the cause.
    """
    alter(connection, [UserScramCredentialDeletion(user, CONFLUENT[name]) for name in sorted(mechanisms)], timeout)
    await_users(
        connection, user, lambda credentials: not any(credential.mechanism in mechanisms for credential in credentials)
    )


def alter(connection: Connection, alterations: list[Any], timeout: float) -> None:
    """Change the credentials of one user; confluent-kafka sends it to the controller, which ZooKeeper requires.

    Raises:
        KafkaFailure: with the cause.
    """
    admin = pool.admin(connection, timeout=timeout)
    futures = pool.start(
        admin, lambda client: client.alter_user_scram_credentials(alterations, request_timeout=timeout)
    )
    for user, future in futures.items():
        pool.result(admin, future, timeout + 0.5, subject=user)


def await_users(connection: Connection, user: str, is_applied: Any) -> None:
    def brokers_agree(response: Any) -> bool:
        return bool(response.error_code) or is_applied(
            [credential for result in response.results for credential in credentials_of(result)]
        )

    propagation.await_brokers(connection, request(user), brokers_agree)
