"""Deleting several topics, groups or ACLs."""

from functools import cache, partial
from urllib.parse import parse_qsl

from django.http import HttpRequest

from clusters.access import sees, topics_in_sight
from clusters.acls import inventory_rows as acl_rows
from clusters.acls import plan as acl_plan
from clusters.acls.queries import acl_with, surroundings_of
from clusters.bulk.items import Change, Planner, Values
from clusters.gateway import topics
from clusters.gateway.access import acls
from clusters.gateway.groups import describing as groups
from clusters.groups import inventory_rows as group_rows
from clusters.groups.reset import end_of
from clusters.models import Cluster
from clusters.topics import rows as topic_rows
from clusters.topics.queries import deletion_plan


def topic_deletions(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
    def plan_deletion(name: str, pinned: str) -> Change:
        plan = deletion_plan(cluster, name, lambda group: sees(request, cluster, "groups.view", group))
        return Change(
            plan, partial(topics.delete, cluster.connection(), name), partial(topic_rows.topic_deleted, cluster, name)
        )

    return plan_deletion


def group_deletions(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
    def plan_deletion(name: str, pinned: str) -> Change:
        plan = end_of(cluster, name, topics_in_sight(request, cluster))
        return Change(
            plan, partial(groups.delete, cluster.connection(), name), partial(group_rows.deleted, cluster, name)
        )

    return plan_deletion


def acl_deletions(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
    """Return what plans deleting the ACL whose seven fields a query string names; ACLs are listed once for all."""
    connection = cluster.connection()
    listed, around = cache(lambda: acls.list_acls(connection)), surroundings_of(cluster)

    def plan_deletion(query: str, pinned: str) -> Change:
        present = listed()
        entry = acl_with(dict(parse_qsl(query, keep_blank_values=True)), present)
        plan = acl_plan.delete(entry, present, around)
        return Change(plan, partial(acls.delete, connection, [entry]), partial(acl_rows.revoked, cluster, entry))

    return plan_deletion
