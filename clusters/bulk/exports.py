"""Selected topics and groups as a file, with the columns of their lists' files."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.access import View
from clusters.access import cluster_view, within
from clusters.bulk.views import MOST
from clusters.groups.queries import EXPORTED as GROUP_COLUMNS
from clusters.models import Cluster, Group, Topic
from clusters.topics.queries import EXPORTED as TOPIC_COLUMNS
from clusters.topics.queries import with_groups
from core.web.export import FORMATS, as_file
from core.web.paths import reverse


def of_list(viewname: str, action: str) -> View:
    """Return the view that exports what was selected in a list."""

    @cluster_view(action)
    def view(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
        kind, selected = request.POST.get("format", ""), request.POST.getlist("selected")[:MOST]
        if kind not in FORMATS or not selected:
            return redirect(reverse(viewname, cluster.slug))
        rows, columns = rows_of(request, viewname, cluster)
        chosen = within(request, cluster, action, rows.filter(name__in=selected))
        return as_file(kind, chosen.order_by("name"), columns, viewname)

    return view


def rows_of(request: HttpRequest, viewname: str, cluster: Cluster) -> tuple[Any, tuple[str, ...]]:
    """Return a list's rows and the columns of its file."""
    if viewname == "topics":
        topics = Topic.objects.filter(cluster=cluster).annotate(**Topic.AT_MOST)
        return with_groups(request, cluster, topics), TOPIC_COLUMNS
    return Group.objects.filter(cluster=cluster), GROUP_COLUMNS
