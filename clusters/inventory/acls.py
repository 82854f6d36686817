"""The ACLs that concern a resource, from the inventory."""

from django.db.models import Q, QuerySet

from clusters.models import AclEntry, Cluster


def acls_concerning(cluster: Cluster, resource_type: str, name: str) -> QuerySet[AclEntry]:
    """Return the ACLs of a resource: by its name, a prefix of it, and the wildcard, which is LITERAL ``*`` only."""
    prefixes = [name[:length] for length in range(1, len(name) + 1)]
    concerns_name = Q(pattern_type="PREFIXED", resource_name__in=prefixes) | Q(
        pattern_type="LITERAL", resource_name__in=[name, "*"]
    )
    rows = AclEntry.objects.filter(cluster=cluster, resource_type=resource_type)
    return rows.filter(concerns_name).order_by("principal", "operation")
