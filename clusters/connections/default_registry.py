"""Making another schema registry of a cluster the default one: it takes that name, and the former one gets another."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.connections.registry_changes import ACTION, rename_in_rules, rule_steps
from clusters.connections.registry_forms import NAME, NO_NAME
from clusters.gateway.errors import Conflict
from clusters.models import DEFAULT_REGISTRY, SchemaRegistry
from core.plan import Plan, Step

FORMER = "former-default"
IS_DEFAULT = "{} is the default schema registry already."
EFFECT = "Records whose format names no registry are decoded and written by {} from then on."
KEPT = "Record formats that name one of the two are changed, so that they mean the same registry as before."


class FormerNameForm(forms.Form):
    """What the present default registry is called afterwards."""

    former_name = forms.CharField(
        label="New name of the present default registry", max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: object, row: SchemaRegistry, **kwargs: object) -> None:
        """Without a default registry there is nothing to ask."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.row = row
        self.others = row.other_names
        if DEFAULT_REGISTRY not in self.others:
            del self.fields["former_name"]

    def clean_former_name(self) -> str:
        """Refuse what is no name, or another's; the name that becomes free can be taken."""
        name: str = self.cleaned_data["former_name"]
        if not NAME.fullmatch(name):
            raise ValidationError(NO_NAME)
        if name in self.others:
            raise ValidationError("There is a schema registry of this name already.")
        return name

    def names(self) -> dict[str, str]:
        """Return the new names of registries by their present ones."""
        former = {DEFAULT_REGISTRY: self.cleaned_data["former_name"]} if "former_name" in self.fields else {}
        return {**former, self.row.name: DEFAULT_REGISTRY}


def suggested_name(row: SchemaRegistry) -> str:
    """Return a free name for the present default registry."""
    names, taken = (FORMER, *(f"{FORMER}-{number}" for number in range(2, 1_000))), row.other_names
    return next(name for name in names if name not in taken)


def require_other(row: SchemaRegistry) -> None:
    """Raises Conflict: it is the default one."""
    if row.is_default:
        raise Conflict(IS_DEFAULT.format(row.name), "Choose another one.")


def plan_default(row: SchemaRegistry, names: dict[str, str]) -> Plan:
    """Return what other names of registries change."""
    steps = [Step(f"registry {before}: name", before, after) for before, after in names.items()]
    rules = rule_steps(row.cluster, names)
    warnings = (EFFECT.format(row.name), *([KEPT] if rules else []))
    return Plan(ACTION, row.cluster.name, (*steps, *rules), warnings)


def make_default(request: HttpRequest, row: SchemaRegistry, plan: Plan, names: dict[str, str]) -> None:
    """Rename the registries, and have rules mean the same ones as before."""

    def apply() -> None:
        registries = SchemaRegistry.objects.filter(cluster=row.cluster)
        registries.filter(pk=row.pk).update(name="")  # two registries never have one name, not even for a moment
        if former := names.get(DEFAULT_REGISTRY):
            registries.filter(name=DEFAULT_REGISTRY).update(name=former)
        registries.filter(pk=row.pk).update(name=DEFAULT_REGISTRY)
        rename_in_rules(row.cluster, names)

    apply_own_change(request, plan, apply, cluster=row.cluster.slug)
