"""What can be done with several things at once, by the list that they are selected in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django import forms
from django.http import HttpRequest

from clusters.bulk.config_changes import BulkConfigsForm, topic_configs
from clusters.bulk.connectors import AT_ONCE, as_job, connector_deletions, operations, show_done
from clusters.bulk.deletions import acl_deletions, group_deletions, topic_deletions
from clusters.bulk.items import Item, Planner, Values
from clusters.bulk.resets import BulkResetForm, group_resets
from clusters.connect import plan
from clusters.connect.plan import Operation
from clusters.connect.rules.keys import label_of, place_of
from clusters.models import Cluster, Job


def nowhere(name: str) -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """One thing to do with several of a kind.

    ``viewname`` is the list's, ``action`` the one that a single change needs; ``verb`` and ``past`` say it to people.
    ``label`` is what people call a thing by what its box sends, ``place`` where it is, ``steps`` how many steps of a
    plan are shown.
    ``finish`` shows what was done in the list, and ``as_job`` does it for more than ``at_once``.
    """

    noun: str
    viewname: str
    action: str
    planner: Callable[[HttpRequest, Cluster, Values], Planner]
    verb: str = "Delete"
    past: str = "deleted"
    form: type[forms.Form] | None = None
    page_of_one: str = ""  # which shows all that changes of one
    label: Callable[[str], str] = str
    place: Callable[[str], str] = nowhere
    shows_after: bool = False
    steps: int = 1_000
    finish: Callable[[Cluster, Sequence[Item]], None] | None = None
    as_job: Callable[[HttpRequest, Cluster, Sequence[Item], Mapping[str, str]], Job] | None = None
    at_once: int = 1_000

    @property
    def has_after(self) -> bool:
        return self.shows_after or self.form is not None


def of_connectors(operation: Operation, verb: str) -> Kind:
    """Return the kind that does an operation of several connectors."""
    return Kind(
        "connector", "connectors", plan.OPERATE, operations(operation), verb, operation.done, label=label_of,
        place=place_of,
        shows_after=True, finish=partial(show_done, operation), as_job=partial(as_job, operation), at_once=AT_ONCE,
    )  # fmt: skip


KINDS = {
    "topics/delete": Kind("topic", "topics", "topics.delete", topic_deletions),
    "topics/configs": Kind(
        "topic", "topics", "topics.configure", topic_configs, "Configure", "configured", BulkConfigsForm
    ),
    "groups/delete": Kind("consumer group", "groups", "groups.delete", group_deletions),
    "groups/reset": Kind(
        "consumer group", "groups", "groups.reset", group_resets, "Reset", "reset", BulkResetForm, "group-reset"
    ),
    "acls/delete": Kind("ACL", "acls", "acls.delete", acl_deletions),
    "connectors/restart-failed": of_connectors(plan.RESTART_FAILED, "Restart what failed of"),
    "connectors/restart-all": of_connectors(plan.RESTART_ALL, "Restart"),
    "connectors/pause": of_connectors(plan.PAUSE, "Pause"),
    "connectors/resume": of_connectors(plan.RESUME, "Resume"),
    "connectors/stop": of_connectors(plan.STOP, "Stop"),
    "connectors/delete": Kind(
        "connector", "connectors", plan.DELETE, connector_deletions, label=label_of, place=place_of, steps=1
    ),
}
