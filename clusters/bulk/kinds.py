"""What can be done with several things at once, by the list that they are selected in."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest

from clusters.bulk.config_changes import BulkConfigsForm, topic_configs
from clusters.bulk.deletions import acl_deletions, group_deletions, topic_deletions
from clusters.bulk.items import Planner, Values
from clusters.bulk.resets import BulkResetForm, group_resets
from clusters.models import Cluster


@dataclass(frozen=True)
class Kind:
    """One thing to do with several of a kind.

    ``viewname`` is the list's, ``action`` the one that a single change needs; ``verb`` and ``past`` say it to people.
    """

    noun: str
    viewname: str
    action: str
    planner: Callable[[HttpRequest, Cluster, Values], Planner]
    verb: str = "Delete"
    past: str = "deleted"
    form: type[forms.Form] | None = None
    page_of_one: str = ""  # which shows all that changes of one


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
}
