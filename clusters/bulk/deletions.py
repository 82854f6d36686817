"""What can be deleted several at a time, and how each of them is planned and deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from urllib.parse import parse_qsl

from django.http import HttpRequest

from clusters.access import sees, topics_in_sight
from clusters.acls import inventory_rows as acl_rows
from clusters.acls import plan as acl_plan
from clusters.acls.queries import acl_with
from clusters.gateway import acls, groups, topics
from clusters.groups import inventory_rows as group_rows
from clusters.groups.reset import end_of
from clusters.models import Cluster
from clusters.topics import rows as topic_rows
from clusters.topics.queries import deletion_plan
from core.plan import Plan


@dataclass(frozen=True)
class Deletion:
    """One thing that was selected: its plan, what deletes it, and what the inventory forgets then."""

    plan: Plan
    apply: Callable[[], object]
    forget: Callable[[], object]


Planner = Callable[[str], Deletion]  # raises KafkaFailure: it is gone, or Kafka cannot be asked


def topic_planner(request: HttpRequest, cluster: Cluster) -> Planner:
    def plan_deletion(name: str) -> Deletion:
        plan = deletion_plan(cluster, name, lambda group: sees(request, cluster, "groups.view", group))
        return Deletion(
            plan, partial(topics.delete, cluster.connection(), name), partial(topic_rows.topic_deleted, cluster, name)
        )

    return plan_deletion


def group_planner(request: HttpRequest, cluster: Cluster) -> Planner:
    def plan_deletion(name: str) -> Deletion:
        plan = end_of(cluster, name, topics_in_sight(request, cluster))
        return Deletion(
            plan, partial(groups.delete, cluster.connection(), name), partial(group_rows.deleted, cluster, name)
        )

    return plan_deletion


def acl_planner(request: HttpRequest, cluster: Cluster) -> Planner:
    """Return what plans deleting the ACL whose seven fields a query string names; ACLs are listed once for all."""
    connection = cluster.connection()
    listed = cache(lambda: acls.list_acls(connection))

    def plan_deletion(query: str) -> Deletion:
        present = listed()
        entry = acl_with(dict(parse_qsl(query, keep_blank_values=True)), present)
        plan = acl_plan.delete(entry, present)
        return Deletion(plan, partial(acls.delete, connection, [entry]), partial(acl_rows.revoked, cluster, entry))

    return plan_deletion


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its noun, the list that it is selected in, the action, and who plans one after the other."""

    noun: str
    viewname: str
    action: str
    planner: Callable[[HttpRequest, Cluster], Planner]


KINDS = {
    "topics": Kind("topic", "topics", "topics.delete", topic_planner),
    "groups": Kind("consumer group", "groups", "groups.delete", group_planner),
    "acls": Kind("ACL", "acls", "acls.delete", acl_planner),
}
