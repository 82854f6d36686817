"""Changing configs of several topics at once."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest

from clusters.bulk.items import Change, Planner, Values
from clusters.configs.forms import TWICE, read_configs
from clusters.configs.units import in_kafkas_unit
from clusters.gateway import configs
from clusters.models import Cluster
from clusters.topics import rows
from clusters.topics.plan import OWN_SOURCE
from clusters.topics.planning import plan_configs


class BulkConfigsForm(forms.Form):
    """New values, and keys to reset to their default, for every selected topic."""

    configs = forms.CharField(
        required=False,
        label="Set configs",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "retention.ms=7 d"}),
        help_text="One key=value per line; times and sizes may have a unit: 7 d, 10 MiB.",
    )
    reset = forms.CharField(
        required=False,
        label="Reset to default",
        widget=forms.TextInput(attrs={"spellcheck": "false", "placeholder": "segment.bytes cleanup.policy"}),
        help_text="Names of configs, separated by spaces.",
    )

    def clean_configs(self) -> dict[str, str]:
        lines = read_configs(self.cleaned_data["configs"])
        return {key: in_kafkas_unit(key, value) for key, value in lines.items()}

    def clean_reset(self) -> list[str]:
        return str(self.cleaned_data["reset"]).replace(",", " ").split()

    def clean(self) -> dict[str, Any]:
        """Require something to do, and nothing twice."""
        values = super().clean() or {}
        changed, reset = values.get("configs", {}), values.get("reset", [])
        for key in sorted(changed.keys() & set(reset)):
            self.add_error("reset", TWICE.format(key))
        if not self.errors and not changed and not reset:
            self.add_error("configs", "Enter a config to set, or the name of one to reset.")
        return values


def topic_configs(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
    """Return what plans new values and resets for one topic; only what is set on it can be reset."""
    connection = cluster.connection()

    def plan_change(topic: str, pinned: str) -> Change:
        entries = configs.describe_topic(connection, topic)
        own = {entry.name for entry in entries if entry.source == OWN_SOURCE}
        reset = [key for key in values["reset"] if key in own]
        plan = plan_configs(connection, topic, entries, values["configs"], reset)
        steps = {step.subject for step in plan.steps}
        changed = {key: value for key, value in values["configs"].items() if key in steps}
        alter = partial(configs.alter_topic, connection, topic, set=changed, delete=reset)
        return Change(plan, alter, partial(rows.configs_changed, cluster, topic), partial(alter, validate_only=True))

    return plan_change
