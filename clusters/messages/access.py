"""Who may see the clear values of records that are masked."""

from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import may
from clusters.models import Cluster


def may_unmask(request: HttpRequest, cluster: Cluster, topic: str) -> bool:
    return may(granted(request), "messages.unmask", cluster.slug, topic)
