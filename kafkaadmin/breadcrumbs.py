"""Where a page is: the resource that its address names, and the page's own name, from one table."""

from django.http import HttpRequest

from core.web.paths import reverse

Crumb = tuple[str, str]  # text and address

# A page that names two is the first one's.
RESOURCES = ("group", "topic", "subject", "broker", "principal", "user", "transaction")
REGISTRY = "registry"  # within which a subject is
CONNECTOR = ("connect", "connector")  # which name it together
PAGES = {
    "api-versions": "API versions",
    "audit-all": "Audit log",
    "acl-delete": "Delete ACL",
    "acl-new": "Create ACLs",
    "acls-copy": "Copy rights",
    "acls-tidy-up": "Tidy up",
    "channel": "Edit channel",
    "channel-add": "Add channel",
    "channel-delete": "Delete channel",
    "channels": "Notifications",
    "broker-move-replicas": "Move replicas",
    "connect-cluster-edit": "Edit",
    "connect-cluster-new": "Add Connect cluster",
    "connect-cluster-remove": "Remove",
    "connect-clusters": "Connect clusters",
    "connector-configure": "Configure",
    "connect-loggers": "Loggers",
    "connector-delete": "Delete",
    "connector-offsets": "Offsets",
    "connectors-restart": "Restart failed",
    "connector-new": "Create connector",
    "connector-operate": "Operate",
    "cluster": "Overview",
    "cluster-add": "Add cluster",
    "cluster-delete": "Remove",
    "cluster-edit": "Edit",
    "cluster-upload": "Import clusters",
    "delegation-token-expire": "Expire delegation token",
    "delegation-token-new": "Create delegation token",
    "delegation-token-renew": "Renew delegation token",
    "delegation-tokens": "Delegation tokens",
    "drift": "Drift",
    "drift-manifest": "Manifest to compare with",
    "drift-remove": "Remove the manifest",
    "registries": "Schema registries",
    "registry-edit": "Edit",
    "registry-new": "Add schema registry",
    "registry-remove": "Remove",
    "reassignment-throttle": "Throttle",
    "topic-align": "Take over configs",
    "topic-recreate": "Recreate",
    "topics-compare": "Compare configs",
    "elect-leaders": "Elect leaders",
    "elect-unclean-leaders": "Elect out-of-sync leaders",
    "evidence": "Evaluation",
    "feature-level": "Feature level",
    "finding": "Alert",
    "finding-silence": "Mute",
    "group-configs": "Configs",
    "group-delete": "Delete",
    "approval": "Request",
    "bulk-acls-delete": "Delete ACLs",
    "bulk-connectors-delete": "Delete connectors",
    "bulk-connectors-pause": "Pause connectors",
    "bulk-connectors-restart-all": "Restart connectors",
    "bulk-connectors-restart-failed": "Restart what failed",
    "bulk-connectors-resume": "Resume connectors",
    "bulk-connectors-stop": "Stop connectors",
    "bulk-groups-delete": "Delete groups",
    "bulk-groups-reset": "Reset groups",
    "bulk-topics-configs": "Configure topics",
    "bulk-topics-delete": "Delete topics",
    "group-delete-offsets": "Delete offsets",
    "group-remove-members": "Remove members",
    "group-reset": "Reset offsets",
    "hanging-transactions": "Hanging",
    "home": "Clusters",
    "job": "Job",
    "lag-settings": "Lag settings",
    "metrics-settings": "Settings",
    "own-password": "Change password",
    "second-factor": "Second factor",
    "second-factor-add-passkey": "Add passkey",
    "second-factor-set-up": "Set up second factor",
    "people": "Users and roles",
    "people-group": "Team",
    "people-group-add": "Add team",
    "person": "User",
    "person-add": "Add user",
    "person-invite": "Invite user",
    "person-tokens": "API tokens",
    "producers": "Producers",
    "protobuf-types": "Protobuf types",
    "protobuf-types-remove": "Remove Protobuf types",
    "quota-delete": "Delete quotas",
    "quota-edit": "Edit quotas",
    "quota-new": "Set quotas",
    "quotas-effective": "Effective quotas",
    "reassign": "Reassign",
    "reassignments-cancel": "Cancel",
    "rule": "Edit alert rule",
    "rule-add": "Add alert rule",
    "rule-delete": "Delete alert rule",
    "rules": "Alert rules",
    "schema-id": "Schema id",
    "schema-new": "Register schema",
    "schemas-import": "Import schemas",
    "schemas-settings": "Settings",
    "search": "Search",
    "subject-compare": "Compare versions",
    "subject-delete": "Delete",
    "subject-register": "Register version",
    "subject-settings": "Settings",
    "token-new": "Create token",
    "tokens": "API tokens",
    "topic-acls": "Access",
    "topic-configs": "Configuration",
    "topic-delete": "Delete",
    "topic-delete-records": "Delete records",
    "topic-groups": "Consumer groups",
    "topic-message": "Record",
    "topic-insight": "Insight",
    "topic-messages": "Messages",
    "topic-messages-copy": "Copy records",
    "topic-messages-export": "Export",
    "topic-new": "Create topic",
    "topic-produce": "Produce",
    "topic-produce-file": "Produce from a file",
    "topic-partitions": "Add partitions",
    "transaction-abort": "Abort",
    "user-delete": "Delete",
    "user-new": "Create user",
    "user-password": "Set password",
    "voter-add": "Add controller",
    "voter-remove": "Remove controller",
}


def crumbs_of(request: HttpRequest) -> list[Crumb]:
    """Return what follows the cluster and its area in a page's breadcrumbs; the last is the page itself."""
    match, cluster = request.resolver_match, getattr(request, "cluster", None)
    if not match:
        return []
    crumbs = []
    registry = [str(match.kwargs[REGISTRY])] if cluster and REGISTRY in match.kwargs else []
    if cluster and registry:
        crumbs.append((registry[0], reverse("schemas", cluster.slug, *registry)))
    resource = next((name for name in RESOURCES if name in match.kwargs), "")
    if resource and cluster:
        value = match.kwargs[resource]
        text = f"Broker {value}" if resource == "broker" else str(value)
        crumbs.append((text, reverse(resource, cluster.slug, *registry, value)))
    if cluster and set(CONNECTOR) <= match.kwargs.keys():
        names = [str(match.kwargs[part]) for part in CONNECTOR]
        crumbs.append((names[1], reverse("connector", cluster.slug, *names)))
    elif cluster and "connect" in match.kwargs:
        crumbs.append((str(match.kwargs["connect"]), reverse("connect-cluster", cluster.slug, match.kwargs["connect"])))
    if match.view_name == "evidence":
        crumbs.append((f"{match.kwargs['topic']}-{match.kwargs['partition']}", ""))
    elif match.view_name in PAGES:
        crumbs.append((PAGES[match.view_name], ""))
    return crumbs
