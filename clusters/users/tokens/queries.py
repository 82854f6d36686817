"""Delegation tokens as pages and the API read them: from Kafka, one request."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from clusters.gateway.access import delegation_tokens as kafka
from clusters.gateway.access.delegation_tokens import DelegationToken
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.models import Cluster
from clusters.users.tokens.plan import user_of


@dataclass(frozen=True)
class Tokens:
    """Tokens, or why there are none to show."""

    items: Sequence[DelegationToken] = ()
    problem: str = ""


def tokens_in_sight(
    cluster: Cluster, can_see_user: Callable[[str], bool], owners: Collection[str] | None = None
) -> list[DelegationToken]:
    """Ask Kafka for the tokens of the users that the person may see.

    Raises:
        Unsupported: the brokers have none.
        KafkaFailure: with the cause.
    """
    tokens = kafka.describe(cluster.connection(), owners)
    return [token for token in tokens if can_see_user(user_of(token.owner))]


def tokens_of(cluster: Cluster, user: str) -> Tokens:
    """Ask Kafka for a user's tokens."""
    try:
        return Tokens(kafka.describe(cluster.connection(), [f"User:{user}"]))
    except KafkaFailure as failure:
        return Tokens(problem=f"{failure.sentence} {failure.advice}".strip())


def token_of(cluster: Cluster, can_see_user: Callable[[str], bool], token_id: str) -> DelegationToken:
    """Return one token.

    Raises:
        NotFound: there is none that the person may see.
        KafkaFailure: with the cause.
    """
    for token in tokens_in_sight(cluster, can_see_user):
        if token.id == token_id:
            return token
    raise NotFound(f"There is no delegation token {token_id}.", "It may have expired; refresh the list.")


def can_change(cluster: Cluster, token: DelegationToken) -> bool:
    """Tell whether Kafka lets kafkaadmin renew and expire a token, as far as that is known."""
    own = cluster.own_principal
    return not own or own in {token.owner, *token.renewers}
