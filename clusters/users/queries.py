"""Users as pages and the API read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from clusters.access import sees, within
from clusters.gateway.access import users as kafka
from clusters.gateway.access.users import ScramCredential
from clusters.gateway.errors import KafkaFailure
from clusters.inventory.access import settings_of
from clusters.inventory.users import COLUMNS
from clusters.models import AclEntry, ClientQuota, Cluster, ScramUser
from clusters.users.plan import PRINCIPAL, Surroundings

SORTED = ("name", *COLUMNS.values())
SCRAM = "SCRAM-"


@dataclass(frozen=True)
class Credentials:
    """A user's credentials as Kafka has them; as last seen, with the reason, where it did not tell."""

    items: tuple[ScramCredential, ...]
    problem: str = ""


def users_in_sight(request: HttpRequest, cluster: Cluster) -> QuerySet[ScramUser]:
    """Return the users that the person's grants cover."""
    return within(request, cluster, "users.view", ScramUser.objects.filter(cluster=cluster))


def filtered(rows: QuerySet[ScramUser], q: str) -> QuerySet[ScramUser]:
    return rows.filter(name__icontains=q) if q else rows


def number_of_acls(request: HttpRequest, cluster: Cluster, names: Iterable[str]) -> dict[str, int]:
    """Return how many ACLs that the person may see name each of some users."""
    principals = [f"{PRINCIPAL}{name}" for name in names]
    rows = within(request, cluster, "acls.view", AclEntry.objects.filter(cluster=cluster), "resource_name")
    numbers = rows.filter(principal__in=principals).values_list("principal").annotate(Count("pk"))
    return {principal.removeprefix(PRINCIPAL): number for principal, number in numbers}


def number_of_quotas(request: HttpRequest, cluster: Cluster, names: Iterable[str]) -> dict[str, int]:
    """Return how many entities with quotas there are of each of some users."""
    rows = within(request, cluster, "quotas.view", ClientQuota.objects.filter(cluster=cluster), "resource")
    return dict(rows.filter(user__in=list(names)).values_list("user").annotate(Count("pk")))


def credentials_of(cluster: Cluster, user: str) -> Credentials:
    """Ask Kafka for a user's credentials; where it does not tell, return those last seen."""
    try:
        return Credentials(kafka.describe(cluster.connection(), user))
    except KafkaFailure as failure:
        row = ScramUser.objects.filter(cluster=cluster, name=user).first()
        return Credentials(stored(row), f"{failure.sentence} {failure.advice}".strip())


def stored(row: ScramUser | None) -> tuple[ScramCredential, ...]:
    if row is None:
        return ()
    iterations = {mechanism: getattr(row, column) for mechanism, column in COLUMNS.items()}
    return tuple(ScramCredential(row.name, name, number) for name, number in iterations.items() if number is not None)


def surroundings_of(cluster: Cluster) -> Surroundings:
    """Return who must not be locked out of a cluster."""
    is_scram = cluster.sasl_mechanism.startswith(SCRAM)
    return Surroundings(
        own_user=cluster.username if is_scram else "",
        own_mechanism=cluster.sasl_mechanism if is_scram else "",
        super_users=settings_of(cluster).super_users,
    )


def is_known(request: HttpRequest, cluster: Cluster, user: str) -> bool:
    """Tell whether anything that the person may see is of a user: an ACL or a quota; credentials apart."""
    return bool(
        (sees(request, cluster, "acls.view", "") and number_of_acls(request, cluster, [user]))
        or (sees(request, cluster, "quotas.view", user) and number_of_quotas(request, cluster, [user]))
    )
