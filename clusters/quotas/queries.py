"""Quotas as pages and the API read them, from the inventory."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clusters.access import within
from clusters.gateway.quotas import Entity, Quotas
from clusters.models import ClientQuota, Cluster
from clusters.quota_words import BYTES, LABELS, entity_words, number_words, query_of, value_words
from clusters.quotas import precedence
from clusters.quotas.precedence import AppliedQuota
from core.web.formats import UNKNOWN, size

SORTED = ("resource", *ClientQuota.KEY, *ClientQuota.RATES)


@dataclass(frozen=True)
class QuotaRow:
    """One entity with its quotas, as lists show it."""

    row: ClientQuota
    entity: Entity

    @property
    def words(self) -> str:
        return entity_words(self.entity)

    @property
    def query(self) -> str:
        return urlencode(query_of(self.entity))

    @property
    def rates(self) -> list["Rate"]:
        return [Rate(name, getattr(self.row, name)) for name in LABELS]


@dataclass(frozen=True)
class Rate:
    """One quota of an entity, in words; None where it has none."""

    name: str
    value: float | None

    @property
    def label(self) -> str:
        return LABELS[self.name].lower()

    @property
    def exact(self) -> str:
        return "" if self.value is None else value_words(self.name, self.value)

    @property
    def short(self) -> str:
        if self.value is None:
            return UNKNOWN
        return f"{size(int(self.value))}/s" if self.name in BYTES else self.exact


@dataclass(frozen=True)
class EffectiveQuota:
    """A quota that applies, in words."""

    applied: AppliedQuota

    @property
    def label(self) -> str:
        return LABELS[self.applied.name]

    @property
    def value(self) -> str:
        value = self.applied.value
        return "unlimited" if value is None else value_words(self.applied.name, value)

    @property
    def source(self) -> str:
        return entity_words(self.applied.entity) if self.applied.entity else ""

    @property
    def hidden(self) -> list[str]:
        return [entity_words(entity) for entity in self.applied.hidden]


def quotas_in_sight(request: HttpRequest, cluster: Cluster) -> QuerySet[ClientQuota]:
    """Return the quotas whose user, client id or address the person's grants cover; defaults are for all of them."""
    return within(request, cluster, "quotas.view", ClientQuota.objects.filter(cluster=cluster), "resource")


def filtered(rows: QuerySet[ClientQuota], q: str) -> QuerySet[ClientQuota]:
    return rows.filter(Q(user__icontains=q) | Q(client_id__icontains=q) | Q(ip__icontains=q)) if q else rows


def entity_of(row: ClientQuota) -> Entity:
    return Entity(row.user, row.client_id, row.ip)


def values_of(row: ClientQuota) -> Quotas:
    values = {name: getattr(row, name) for name in ClientQuota.RATES}
    return {name: value for name, value in values.items() if value is not None}


def shown(rows: Iterable[ClientQuota]) -> list[QuotaRow]:
    return [QuotaRow(row, entity_of(row)) for row in rows]


def of_user(request: HttpRequest, cluster: Cluster, user: str) -> list[QuotaRow]:
    """Return the quotas that name a user."""
    return shown(quotas_in_sight(request, cluster).filter(user=user).order_by("client_id"))


def effective(cluster: Cluster, user: str, client_id: str, ip: str) -> list[EffectiveQuota]:
    """Return what applies to a user's client, or to an address if there is one, as of the last refresh."""
    quotas = {entity_of(row): values_of(row) for row in ClientQuota.objects.filter(cluster=cluster)}
    of_client = precedence.of_client(quotas, user, client_id) if user or client_id else []
    return [EffectiveQuota(quota) for quota in of_client + (precedence.of_address(quotas, ip) if ip else [])]


def prefilled(values: Quotas) -> dict[str, str]:
    """Return quotas as a form shows them."""
    return {name: number_words(value) for name, value in values.items()}
