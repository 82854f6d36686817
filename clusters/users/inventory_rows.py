"""Keeping the list of users right after a change."""

from collections.abc import Collection

from clusters.gateway.access.users import ScramCredential
from clusters.inventory.users import COLUMNS
from clusters.models import Cluster, ScramUser
from clusters.refresh import rows_changed


def credential_written(cluster: Cluster, credential: ScramCredential) -> None:
    column = COLUMNS[credential.mechanism]
    with rows_changed(cluster):
        ScramUser.objects.update_or_create(
            cluster=cluster, name=credential.user, defaults={column: credential.iterations}
        )


def credentials_deleted(cluster: Cluster, user: str, mechanisms: Collection[str]) -> None:
    rows = ScramUser.objects.filter(cluster=cluster, name=user)
    with rows_changed(cluster):
        rows.update(**{COLUMNS[mechanism]: None for mechanism in mechanisms})
        rows.filter(**dict.fromkeys(COLUMNS.values())).delete()
