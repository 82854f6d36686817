"""Keeping the list of ACLs right after a change."""

from collections.abc import Iterable

from clusters.acls.queries import fields_of
from clusters.gateway.access.acls import Acl
from clusters.models import AclEntry, Cluster
from clusters.refresh import rows_changed


def granted(cluster: Cluster, acls: Iterable[Acl]) -> None:
    with rows_changed(cluster):
        for acl in acls:
            AclEntry.objects.get_or_create(defaults=None, cluster=cluster, **fields_of(acl))


def revoked(cluster: Cluster, acl: Acl) -> None:
    with rows_changed(cluster):
        AclEntry.objects.filter(cluster=cluster, **fields_of(acl)).delete()
