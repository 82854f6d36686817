"""Changes to our own records of schema registries, as plans and the audit log show them."""

from collections.abc import Iterable

from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.connections.registry_forms import SECRETS, RegistryForm
from clusters.connections.steps import field_steps, secret_steps
from clusters.gateway.errors import NotAuthorized
from clusters.models import Cluster, SchemaRegistry
from core.plan import Plan, Step

ACTION = "clusters.edit"
DECLARED = "{} is managed by configuration; change it there."


def require_own(cluster: Cluster) -> None:
    """Raises NotAuthorized: a configuration declares the cluster, with its schema registries."""
    if cluster.declared:
        raise NotAuthorized(DECLARED.format(cluster.name))


def plan_saving(form: RegistryForm) -> Plan:
    """Return what saving a valid form changes."""
    before, after = form.before if form.before.pk else None, form.unsaved()
    return Plan(ACTION, after.cluster.name, registry_steps(before, after))


def save(request: HttpRequest, form: RegistryForm, plan: Plan) -> SchemaRegistry:
    registry: SchemaRegistry = apply_own_change(request, plan, form.save, cluster=form.instance.cluster.slug)
    return registry


def plan_removal(registry: SchemaRegistry) -> Plan:
    return Plan(ACTION, registry.cluster.name, registry_steps(registry, None))


def remove(request: HttpRequest, registry: SchemaRegistry, plan: Plan) -> None:
    """Remove our record of a registry, which itself is not touched."""
    apply_own_change(request, plan, registry.delete, cluster=registry.cluster.slug)


def steps_of_registries(before: Iterable[SchemaRegistry], after: Iterable[SchemaRegistry]) -> tuple[Step, ...]:
    """Return the differences between all registries of a cluster before and after."""
    old, new = ({registry.name: registry for registry in registries} for registries in (before, after))
    return tuple(step for name in dict.fromkeys([*old, *new]) for step in registry_steps(old.get(name), new.get(name)))


def registry_steps(before: SchemaRegistry | None, after: SchemaRegistry | None) -> tuple[Step, ...]:
    """Return the differences between two states of a registry; None stands for no registry."""
    registry = after or before
    if registry is None:
        return ()
    prefix = "registry " if registry.is_default else f"registry {registry.name}: "
    names = [name for name in RegistryForm.Meta.fields if name != "name" or not registry.is_default]
    old, new = (row.secrets if row else {} for row in (before, after))
    return (*field_steps(before, after, names, prefix), *secret_steps(old, new, SECRETS, prefix))
