"""Configs of a group, as its page and the API read and change them: those of its type."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from clusters.configs.forms import ConfigsForm
from clusters.configs.steps import config_steps, without_secrets
from clusters.form_fields import typed_name
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.errors import Unsupported
from clusters.gateway.groups import configs as kafka
from clusters.groups import commands
from clusters.groups.state import listing_of
from clusters.models import Cluster
from core.plan import Plan

ACTION = "groups.configure"
OWN = "GROUP_CONFIG"
CLASSIC = "Kafka has configs of consumer, share and streams groups; {} is a classic group."


class GroupConfigsForm(ConfigsForm):
    """New values and resets of a group's configs."""

    confirm = typed_name("group")

    def __init__(self, data: Mapping[str, Any] | None = None, *, entries: Sequence[ConfigEntry]) -> None:
        super().__init__(data, entries=entries, own=OWN)
        self.fields["configs"].widget.attrs["placeholder"] = "share.auto.offset.reset=earliest"


def entries_of(cluster: Cluster, group: str) -> tuple[ConfigEntry, ...]:
    """Ask for the configs that concern a group.

    Raises:
        NotFound: no broker knows the group.
        Unsupported: it is a classic one, or brokers are older.
        KafkaFailure: with the cause.
    """
    kind = listing_of(cluster, group).type
    if kind == "classic":
        raise Unsupported(CLASSIC.format(group), "Its members bring their own.")
    return kafka.describe(cluster.connection(), group, kind)


def configure(group: str, entries: Sequence[ConfigEntry], changed: Mapping[str, str], reset: Collection[str]) -> Plan:
    """Plan new values for some configs of a group, and resets of others."""
    steps = config_steps(entries, changed, reset, own=OWN)
    listed = {entry.name for entry in entries if not entry.sensitive}
    values = {step.subject: changed[step.subject] for step in steps if step.subject in changed}
    tools = commands.configure(group, values, reset) if steps and listed.issuperset(values) else ()
    return Plan(ACTION, group, without_secrets(steps, entries), commands=tools)


def alter(
    cluster: Cluster, planned: Plan, changed: Mapping[str, str], reset: Sequence[str], *, validate_only: bool = False
) -> None:
    """Have Kafka make, or only check, what a plan changes.

    Raises:
        KafkaFailure: with the cause.
    """
    subjects = {step.subject for step in planned.steps}
    values = {key: value for key, value in changed.items() if key in subjects}
    kafka.alter(cluster.connection(), planned.resource, set=values, delete=reset, validate_only=validate_only)
