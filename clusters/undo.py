"""Taking a change back: the page that made it shows what its audit entry says was there before, as a new plan."""

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import AuditEntry
from clusters.acl_words import read_words
from clusters.connect_words import connect_number
from clusters.gateway.errors import Conflict
from clusters.models import Cluster, ConnectCluster, SchemaRegistry
from clusters.quota_words import query_of, read_subject
from clusters.registry_words import SETTINGS, parts_of, registry_number, registry_of_step, unnamed
from core.patterns import EVERYTHING
from core.web.paths import reverse

CONNECT = frozenset({"connect.create", "connect.configure", "connect.delete"})
OTHER_REGISTRY = "The change to undo was not made in the schema registry that is called {} now."
OTHER_CONNECT = "The change to undo was not made in the Connect cluster that is called {} now."
FOLLOW_UNDO = "Follow Undo… in the audit log."
ACLS = frozenset({"acls.create", "acls.delete"})
BROKER = "broker "  # begins the audit log's name of one broker


def undo_url(entry: AuditEntry) -> str:
    """Return the address of the plan that undoes a change; empty if it cannot be undone."""
    if entry.outcome != AuditEntry.DONE or not (entry.steps and entry.cluster and entry.resource):
        return ""
    query = {"undo": str(entry.pk)}
    if entry.action == "topics.configure":
        return reverse("topic-configs", entry.cluster, entry.resource, query=query)
    if entry.action == "groups.configure":
        return reverse("group-configs", entry.cluster, entry.resource, query=query)
    if entry.action == "brokers.configure" and entry.resource.startswith(BROKER):
        return reverse("broker-configs", entry.cluster, entry.resource.removeprefix(BROKER), query=query)
    if entry.action == "brokers.configure":
        return reverse("broker-defaults", entry.cluster, query=query)
    if entry.action == "schemas.configure" and unnamed(entry.steps[0]["subject"]) in SETTINGS:
        return registry_url(entry, query)
    if entry.action in ACLS:
        return acl_url(entry)
    if entry.action in CONNECT:
        return connector_url(entry)
    if entry.action == "quotas.manage":
        entity, _ = read_subject(entry.steps[0]["subject"])
        return reverse("quota-edit", entry.cluster, query={**query_of(entity), **query})
    if entry.action == "groups.reset" and any(step["before"] is not None for step in entry.steps):
        return reverse("group-reset", entry.cluster, entry.resource, query=query)
    return ""


def registry_url(entry: AuditEntry, query: dict[str, str]) -> str:
    """Return the address of settings of the registry that they were changed in, as it is called now."""
    name: str | None = registry_of_step(entry.steps[0]["subject"])
    if number := registry_number(entry.detail):
        of_cluster = SchemaRegistry.objects.filter(cluster__slug=entry.cluster)
        name = of_cluster.filter(pk=number).values_list("name", flat=True).first()
    if name is None:
        return ""
    if entry.resource == EVERYTHING:
        return reverse("schemas-settings", entry.cluster, *parts_of(name), query=query)
    return reverse("subject-settings", entry.cluster, *parts_of(name), entry.resource, query=query)


def acl_url(entry: AuditEntry) -> str:
    """Return the address of the form that creates an ACL again, or of the plan to delete it; of one, not of several."""
    step, *others = entry.steps
    acl = read_words(step["subject"], step["before"] or step["after"] or "", entry.resource)
    if acl is None or others:
        return ""
    return reverse("acl-new" if step["before"] else "acl-delete", entry.cluster, query=acl._asdict())


def connector_url(entry: AuditEntry) -> str:
    """Return the address of the plan that undoes a connector's configuration, creation or deletion.

    JSON has exactly the settings that there were.
    """
    of_cluster = ConnectCluster.objects.filter(cluster__slug=entry.cluster)
    number = connect_number(entry.detail)
    connect = of_cluster.filter(pk=number).values_list("name", flat=True).first() if number else None
    if connect is None:
        return ""
    query = {"undo": str(entry.pk), "as": "json"}
    if entry.action == "connect.configure":
        return reverse("connector-configure", entry.cluster, connect, entry.resource, query=query)
    if entry.action == "connect.create":
        return reverse("connector-delete", entry.cluster, connect, entry.resource)
    if len(entry.steps) > 1:
        return reverse("connector-new", entry.cluster, connect, query={**query, "name": entry.resource})
    return ""


def undo_link(request: HttpRequest, entry: AuditEntry) -> SafeString:
    """Show the link to the plan in the audit log. Who may not make the change is told so there."""
    url = undo_url(entry)
    return format_html('<a class="undo" href="{}">Undo…</a>', url) if url else SafeString("")


def values_before(request: HttpRequest, cluster: Cluster, action: str, resource: str) -> dict[str, str | None]:
    """Return what the address asks to bring back, by the subjects of the change's steps; None where nothing was."""
    entry = entry_to_undo(request, cluster, action, resource)
    return {step["subject"]: step["before"] for step in entry.steps} if entry else {}


def entry_to_undo(request: HttpRequest, cluster: Cluster, action: str, resource: str) -> AuditEntry | None:
    """Return the audit entry that the address names, if it is of such a change."""
    number = request.GET.get("undo", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return AuditEntry.objects.filter(
        pk=int(number), cluster=cluster.slug, action=action, resource=resource, outcome=AuditEntry.DONE
    ).first()


def config_before(request: HttpRequest, row: ConnectCluster, action: str, connector: str) -> dict[str, str | None]:
    """Return the settings of a connector that the address asks to bring back; None where nothing was.

    Raises:
        Conflict: they are of another Connect cluster's connector.
    """
    entry = entry_to_undo(request, row.cluster, action, connector)
    if entry is None:
        return {}
    if connect_number(entry.detail) != row.pk:
        raise Conflict(OTHER_CONNECT.format(row.name), FOLLOW_UNDO)
    return {step["subject"]: step["before"] for step in entry.steps}


def settings_before(request: HttpRequest, row: SchemaRegistry, action: str, resource: str) -> dict[str, str]:
    """Return the settings of a registry that the address asks to bring back, empty ones where nothing was.

    Raises:
        Conflict: they are another registry's.
    """
    entry = entry_to_undo(request, row.cluster, action, resource)
    if entry is None:
        return {}
    number = registry_number(entry.detail)
    is_of_row = number == row.pk if number else registry_of_step(entry.steps[0]["subject"]) == row.name
    if not is_of_row:
        raise Conflict(OTHER_REGISTRY.format(row.name), FOLLOW_UNDO)
    return {unnamed(step["subject"]): step["before"] or "" for step in entry.steps}
