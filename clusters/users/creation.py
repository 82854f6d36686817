"""Creating a user with its ACLs and quotas: planned and confirmed as one, each part applied and recorded by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest

from clusters.acls import inventory_rows as acl_rows
from clusters.acls import plan as acl_plan
from clusters.acls import queries as acl_queries
from clusters.changes import apply_change, check, require_confirmed
from clusters.gateway import quotas
from clusters.gateway.access import acls, users
from clusters.gateway.errors import AlreadyExists, KafkaFailure, NotAuthorized
from clusters.gateway.quotas import Entity
from clusters.models import Cluster
from clusters.quotas import inventory_rows as quota_rows
from clusters.quotas import plan as quota_plan
from clusters.users import inventory_rows, plan
from clusters.users.forms import NewUserForm
from clusters.users.queries import surroundings_of
from core.plan import Plan, Plans


@dataclass(frozen=True)
class Part:
    """One of the changes: its plan, what applies it, and what the inventory notes then."""

    noun: str
    plan: Plan
    apply: Callable[[], object]
    note: Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """What became of a part; the problem is empty where it was applied."""

    part: Part
    problem: str = ""


def parts_of(cluster: Cluster, form: NewUserForm, password: str) -> list[Part]:
    """Plan a new user from Kafka's present state.

    Raises:
        AlreadyExists: the user has a credential of this mechanism.
        KafkaFailure: with the cause.
    """
    connection, credential = cluster.connection(), form.credential(form.cleaned_data["name"])
    present = users.describe(connection, credential.user)
    if credential.mechanism in plan.present_iterations(present, credential.user):
        raise AlreadyExists(
            f"{credential.user} has a {credential.mechanism} credential already.",
            "Set its password on its page.",
            field="name",
        )
    planned = plan.write(credential, present, surroundings_of(cluster))
    write = partial(users.write, connection, credential, password)
    parts = [Part("credential", planned, write, partial(inventory_rows.credential_written, cluster, credential))]
    return [*parts, *acl_parts(cluster, form), *quota_parts(cluster, form)]


def acl_parts(cluster: Cluster, form: NewUserForm) -> list[Part]:
    requested = form.acls()
    if not requested:
        return []
    planned = acl_plan.create(requested, acls.list_acls(cluster.connection()), acl_queries.surroundings_of(cluster))
    create = partial(acls.create, cluster.connection(), requested)
    return [Part("ACLs", planned, create, partial(acl_rows.granted, cluster, requested))] if planned.steps else []


def quota_parts(cluster: Cluster, form: NewUserForm) -> list[Part]:
    values = form.quotas()
    if not values:
        return []
    connection, entity = cluster.connection(), Entity(user=form.cleaned_data["name"])
    planned = quota_plan.change(entity, quotas.describe(connection, entity), values)
    alter = partial(quotas.alter, connection, entity, values)
    return (
        [Part("quotas", planned, alter, partial(quota_rows.changed, cluster, entity, values))] if planned.steps else []
    )


def plans_of(parts: Sequence[Part]) -> Plans:
    return Plans(tuple(part.plan for part in parts))


def check_all(request: HttpRequest, cluster: Cluster, parts: Sequence[Part]) -> None:
    """Refuse what the person may not do.

    Raises:
        NotAuthorized: no grant covers one of the parts.
    """
    for part in parts:
        check(request, cluster, part.plan)


def apply_all(request: HttpRequest, cluster: Cluster, parts: Sequence[Part], confirmed_digest: str) -> list[Outcome]:
    """Apply the parts that were confirmed as one, after checking them all; return what became of each.

    The user itself comes first: where that fails, nothing else is done.

    Raises:
        NotAuthorized: no grant covers one of the parts, which the audit log has then.
        Conflict: they are no longer what was confirmed.
        KafkaFailure: Kafka refused the first part.
    """
    for part in parts:
        try:
            check(request, cluster, part.plan)
        except NotAuthorized:
            apply_change(request, cluster, part.plan, lambda: None)
    require_confirmed(plans_of(parts), confirmed_digest)
    first, *others = parts
    apply_change(request, cluster, first.plan, first.apply)
    first.note()
    return [Outcome(first), *(outcome_of(request, cluster, part) for part in others)]


def outcome_of(request: HttpRequest, cluster: Cluster, part: Part) -> Outcome:
    try:
        apply_change(request, cluster, part.plan, part.apply)
    except KafkaFailure as failure:
        return Outcome(part, f"{failure.sentence} {failure.advice}".strip())
    part.note()
    return Outcome(part)
