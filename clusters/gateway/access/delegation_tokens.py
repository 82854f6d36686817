"""Delegation tokens (KIP-48, KIP-373): described, created, renewed, expired. Their HMAC, the secret, stays in here."""

import base64
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from clusters.gateway import propagation
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import NotFound, Unsupported

TIMEOUT = 5.0
DISABLED = 61
DEFAULT = -1  # the brokers' own: delegation.token.max.lifetime.ms, delegation.token.expiry.time.ms
AT_ONCE = -1  # when to expire
WITH_OWNER = 3  # the first version in which somebody else may be the owner: Kafka 3.3
OFF = "The brokers have no delegation tokens: delegation.token.secret.key is not set."
TURN_ON = (
    "Set it to the same secret on all brokers and controllers, and restart them (with ZooKeeper before Kafka 2.8: "
    "delegation.token.master.key)."
)


@dataclass(frozen=True, slots=True)
class DelegationToken:
    """A token without its secret. Principals are ``User:name``; the requester is empty before Kafka 3.3.

    Times are None where no date can be that late.
    """

    id: str
    owner: str
    requester: str
    renewers: tuple[str, ...]
    issued_at: datetime | None
    expires_at: datetime | None
    max_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just created; a client signs in with SCRAM by its id and the ``hmac`` as the password."""

    id: str
    expires_at: datetime | None
    hmac: str = field(repr=False)


def describe(
    connection: Connection, owners: Collection[str] | None = None, *, timeout: float = TIMEOUT
) -> tuple[DelegationToken, ...]:
    """Return the tokens that our principal may see, of some owners or of all, by owner and issue time.

    Raises:
        Unsupported: the brokers have none.
        KafkaFailure: with the cause.
    """
    items = sorted(fetch(connection, owners, timeout), key=lambda item: (item.issue_timestamp, item.token_id))
    return tuple(sorted(map(token_of, items), key=lambda token: token.owner))


def fetch(connection: Connection, owners: Collection[str] | None, timeout: float) -> list[Any]:
    response = protocol.send(connection, describe_request(owners), timeout=timeout)
    raise_for(response.error_code)
    return list(response.tokens)


def describe_request(owners: Collection[str] | None = None) -> Any:
    request = protocol.request_class("DescribeDelegationTokenRequest")
    if owners is None:
        return request(owners=None)
    return request(owners=[principal(request.DescribeDelegationTokenOwner, owner) for owner in owners])


def principal(kind: Any, text: str) -> Any:
    type_name, _, name = text.partition(":")
    return kind(principal_type=type_name, principal_name=name)


def token_of(item: Any) -> DelegationToken:
    requester = getattr(item, "token_requester_principal_name", None)
    return DelegationToken(
        item.token_id,
        f"{item.principal_type}:{item.principal_name}",
        f"{item.token_requester_principal_type}:{requester}" if requester else "",
        tuple(sorted(f"{renewer.principal_type}:{renewer.principal_name}" for renewer in item.renewers)),
        time_of(item.issue_timestamp),
        time_of(item.expiry_timestamp),
        time_of(item.max_timestamp),
    )


def time_of(milliseconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def create(
    connection: Connection,
    owner: str,
    renewers: Iterable[str],
    max_lifetime_ms: int = DEFAULT,
    *,
    own: str = "",
    timeout: float = TIMEOUT,
) -> NewToken:
    """Create a token of an owner; return once all brokers know it.

    ``own`` is our own principal, if that is known: brokers before Kafka 3.3 take no other owner.

    Raises:
        Unsupported: the brokers have none, or take no other owner.
        KafkaFailure: with the cause.
    """
    request = protocol.request_class("CreateDelegationTokenRequest")
    type_name, _, name = owner.partition(":")
    values: dict[str, Any] = {
        "renewers": [principal(request.CreatableRenewers, renewer) for renewer in renewers],
        "max_lifetime_ms": max_lifetime_ms,
    }
    named = {"owner_principal_type": type_name, "owner_principal_name": name, "min_version": WITH_OWNER}
    try:
        response = protocol.send(connection, request(**values, **named), timeout=timeout)
    except Unsupported:
        if owner != own:
            raise
        response = protocol.send(connection, request(**values), timeout=timeout)
    raise_for(response.error_code)
    hmac = base64.b64encode(response.hmac).decode()
    propagation.await_brokers(connection, describe_request(), lambda answer: response.token_id in ids_of(answer))
    return NewToken(response.token_id, time_of(response.expiry_timestamp_ms), hmac)


def ids_of(response: Any) -> set[str]:
    return {token.token_id for token in response.tokens}


def renew(connection: Connection, token: str, period_ms: int = DEFAULT, *, timeout: float = TIMEOUT) -> None:
    """Have a token expire later: a period from now, within its maximum lifetime.

    Raises:
        NotFound: our principal may not see such a token.
        NotAuthorized: our principal is neither its owner nor a renewer.
        KafkaFailure: with the cause.
    """
    request = protocol.request_class("RenewDelegationTokenRequest")
    change(connection, token, lambda hmac: request(hmac=hmac, renew_period_ms=period_ms), timeout)


def expire(connection: Connection, token: str, *, timeout: float = TIMEOUT) -> None:
    """Have a token expire at once.

    Raises:
        NotFound: our principal may not see such a token.
        NotAuthorized: our principal is neither its owner nor a renewer.
        KafkaFailure: with the cause.
    """
    request = protocol.request_class("ExpireDelegationTokenRequest")
    change(connection, token, lambda hmac: request(hmac=hmac, expiry_time_period_ms=AT_ONCE), timeout)
    propagation.await_brokers(connection, describe_request(), lambda answer: token not in ids_of(answer))


def change(connection: Connection, token: str, request_of: Callable[[bytes], Any], timeout: float) -> None:
    """Send a request that names a token by its HMAC, which only Kafka has."""
    deadline = time.monotonic() + timeout
    hmac = next((item.hmac for item in fetch(connection, None, timeout) if item.token_id == token), None)
    if hmac is None:
        raise NotFound(f"There is no delegation token {token}.", "It may have expired; refresh the list.")
    response = protocol.send(connection, request_of(hmac), timeout=deadline - time.monotonic())
    raise_for(response.error_code)
    before = response.expiry_timestamp_ms
    propagation.await_brokers(connection, describe_request(), lambda answer: shows(answer, token, before))


def shows(response: Any, token: str, expires_at: int) -> bool:
    """Tell whether a broker reports a token's new expiry, or has none left."""
    return all(item.expiry_timestamp == expires_at for item in response.tokens if item.token_id == token)


def raise_for(code: int) -> None:
    if code == DISABLED:
        raise Unsupported(OFF, TURN_ON)
    protocol.raise_for_code(code)
