"""Changes to our own records of schema registries, as plans and the audit log show them."""

from collections.abc import Iterable

from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.connections.registry_forms import SECRETS, RegistryForm
from clusters.connections.steps import field_steps, secret_steps
from clusters.formats.rule_registries import renamed, rules_of
from clusters.gateway.errors import Conflict, NotAuthorized
from clusters.models import Cluster, SchemaRegistry
from core.plan import Plan, Step
from core.web.formats import first_names

ACTION = "clusters.edit"
DECLARED = "{} is managed by configuration; change it there."


def require_own(cluster: Cluster) -> None:
    """Raises NotAuthorized: a configuration declares the cluster, with its schema registries."""
    if cluster.declared:
        raise NotAuthorized(DECLARED.format(cluster.name))


def plan_saving(form: RegistryForm) -> Plan:
    """Return what saving a valid form changes: with its name, the record formats that name it."""
    before, after = form.before if form.before.pk else None, form.unsaved()
    names = {before.name: after.name} if before and before.name != after.name else {}
    return Plan(ACTION, after.cluster.name, (*registry_steps(before, after), *rule_steps(after.cluster, names)))


def save(request: HttpRequest, form: RegistryForm, plan: Plan) -> SchemaRegistry:
    before = form.before.name

    def apply() -> SchemaRegistry:
        row: SchemaRegistry = form.save()
        rename_in_rules(row.cluster, {before: row.name})
        return row

    return apply_own_change(request, plan, apply, cluster=form.instance.cluster.slug)


def rule_steps(cluster: Cluster, names: dict[str, str]) -> tuple[Step, ...]:
    """Return what new names of registries change in the rules for record formats."""
    after = renamed(cluster.formats, names)
    return (Step("formats", cluster.formats, after),) if after != cluster.formats else ()


def rename_in_rules(cluster: Cluster, names: dict[str, str]) -> None:
    """Have the rules for record formats name the same registries as before; others may have changed them meanwhile."""
    row = Cluster.objects.select_for_update().get(pk=cluster.pk)
    formats = renamed(row.formats, names)
    if formats != row.formats:
        Cluster.objects.filter(pk=row.pk).update(formats=formats)


def plan_removal(registry: SchemaRegistry) -> Plan:
    """Return what removing our record of a registry changes.

    Raises:
        Conflict: record formats name it, so that records could no longer be decoded.
    """
    if rules := rules_of(registry.cluster.formats, registry.name):
        sentence = f"Record formats of {registry.cluster.name} name {registry.name}: {first_names(rules, 3)}."
        raise Conflict(sentence, "Change these rules first, in the cluster's form.")
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
