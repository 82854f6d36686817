"""Clusters of a configuration that a person sends: what it declares, what it would change, and storing them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.access import objection
from clusters.connections.changes import steps_of
from clusters.connections.registry_changes import steps_of_registries
from clusters.declaration.declared import BIGGEST, imported, parsed, storable, store_uploaded
from clusters.gateway.errors import NotAuthorized
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused
from clusters.models import Cluster, SchemaRegistry
from core.plan import Plan, Step


def understood(text: str, name: str) -> Imported:
    """Return what a configuration declares, without reading local files or our environment variables for it.

    Raises:
        ValidationError: it cannot be used, and why.
    """
    if len(text) > BIGGEST:
        raise ValidationError(f"The configuration is larger than {BIGGEST:,} characters.")
    try:
        return storable(imported(parsed(Path(name), text)))
    except (ImportRefused, ValueError) as refusal:
        raise ValidationError(f"Invalid configuration: {refusal}") from refusal


def names_of(configuration: Imported) -> str:
    return "\n".join(cluster.name for cluster in configuration.clusters)


def made(request: HttpRequest, configuration: Imported) -> list[Cluster]:
    """Store the clusters and record it: all of them or none.

    Raises:
        NotAuthorized: a cluster exists already, and no grant covers editing it.
    """
    with transaction.atomic():
        return [one_made(request, cluster) for cluster in configuration.clusters]


def one_made(request: HttpRequest, declared: DeclaredCluster) -> Cluster:
    """Store one cluster and record what changed."""
    before = Cluster.objects.filter(name=declared.name).first()
    action = "clusters.edit" if before else "clusters.add"
    if before and (reason := objection(request, action, before, "", change=False)):
        raise NotAuthorized(reason, "Leave it out of the configuration, or ask an administrator of kafkaadmin.")
    registries = list(before.registries.all()) if before else []
    with transaction.atomic():
        cluster = store_uploaded(declared)
        plan = Plan(action, cluster.name, all_steps(before, registries, cluster))
        return apply_own_change(request, plan, lambda: cluster, cluster=cluster.slug)


def all_steps(before: Cluster | None, registries: Iterable[SchemaRegistry], after: Cluster) -> tuple[Step, ...]:
    """Return what differs in a cluster and in its schema registries."""
    return (*steps_of(before, after), *steps_of_registries(registries, after.registries.all()))


def planned(request: HttpRequest, configuration: Imported) -> Plan:
    """Return what storing the clusters would change, by doing it and rolling back.

    Raises:
        NotAuthorized: a cluster exists already, and no grant covers editing it.
    """
    steps: list[Step] = []
    with transaction.atomic():
        for cluster in configuration.clusters:
            before = Cluster.objects.filter(name=cluster.name).first()
            registries = list(before.registries.all()) if before else []
            after = one_made(request, cluster)
            changes = all_steps(before, registries, after)
            steps += [replace(step, subject=f"{after.name}: {step.subject}") for step in changes]
        transaction.set_rollback(True)
    return Plan("clusters.add", ", ".join(cluster.name for cluster in configuration.clusters)[:512], tuple(steps))
