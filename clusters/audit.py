"""The audit log of one cluster."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from accounts.audit.views import listed
from accounts.models import AuditEntry
from clusters.access import cluster_view, within
from clusters.models import Cluster


@cluster_view("audit.view")
def audit(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List what was changed or refused in a cluster, limited to the resources that the person's grants cover."""
    entries = AuditEntry.objects.filter(cluster=cluster.slug)
    return listed(request, within(request, cluster, "audit.view", entries, "resource"))


urlpatterns = [path("", audit, name="audit")]
