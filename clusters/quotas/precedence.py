"""Which quota applies to a client: the first of Kafka's eight levels that has one, for each kind of quota. Pure.

As org.apache.kafka.server.quota.ClientQuotaManager decides; for addresses, the address before the default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clusters.gateway.quotas import DEFAULT, Entity, Quotas
from clusters.quota_words import OF_ADDRESSES, OF_CLIENTS


@dataclass(frozen=True)
class AppliedQuota:
    """A kind of quota, the entity whose value applies, and those whose values it hides; without entity, unlimited."""

    name: str
    value: float | None = None
    entity: Entity | None = None
    hidden: tuple[Entity, ...] = ()


def levels(user: str, client_id: str) -> tuple[Entity, ...]:
    """Return the entities that may have a quota for a client, the most specific first."""
    return (
        Entity(user, client_id),
        Entity(user, DEFAULT),
        Entity(user),
        Entity(DEFAULT, client_id),
        Entity(DEFAULT, DEFAULT),
        Entity(DEFAULT),
        Entity(client_id=client_id),
        Entity(client_id=DEFAULT),
    )


def of_client(quotas: Mapping[Entity, Quotas], user: str, client_id: str) -> list[AppliedQuota]:
    """Return the quotas that apply to a user's client."""
    return [applied(quotas, name, levels(user, client_id)) for name in OF_CLIENTS]


def of_address(quotas: Mapping[Entity, Quotas], ip: str) -> list[AppliedQuota]:
    """Return the quotas that apply to connections from an address."""
    return [applied(quotas, name, (Entity(ip=ip), Entity(ip=DEFAULT))) for name in OF_ADDRESSES]


def applied(quotas: Mapping[Entity, Quotas], name: str, entities: Sequence[Entity]) -> AppliedQuota:
    limiting = [entity for entity in dict.fromkeys(entities) if name in quotas.get(entity, {})]
    if not limiting:
        return AppliedQuota(name)
    first, *hidden = limiting
    return AppliedQuota(name, quotas[first][name], first, tuple(hidden))
