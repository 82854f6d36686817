"""The lag pages: all groups, worst first, the evidence for one partition, the settings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.models import Cluster
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast
from lag.forms import LagSettingsForm
from lag.queries import evidence_of
from lag.reports.group_report import collector_report
from lag.reports.window_chart import window_chart
from lag.settings import settings_of
from lag.settings_changes import current_overrides, save
from lag.types import Status

EXPORTED = ("name", "status", "since", "complete", "partitions", "bad", "total_lag", "max_lag", "time_lag", "lost")
SHOWN = (Status.ERR, Status.WARN, Status.OK)


@cluster_view("lag.view")
def evidence(request: HttpRequest, cluster: Cluster, group: str, topic: str, partition: int) -> HttpResponse:
    """Show why one partition has its verdict: the window, drawn and in numbers, and each rule's answer."""
    group_report, partition_report = evidence_of(cluster, group, topic, partition)
    context = {
        "group": group,
        "report": group_report,
        "partition_report": partition_report,
        "chart": window_chart(list(partition_report.partition.commits)),
        "collector": collector_report(cluster),
    }
    return page(request, "lag/evidence.html", context, "live")


@cluster_view("lag.configure")
def settings(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    present = settings_of(cluster)
    initial: dict[str, Any] = {"allowed_lags": current_overrides(cluster)}
    form = LagSettingsForm(request.POST or None, instance=present, initial=initial)
    if request.method == "POST" and form.is_valid():
        save(request, cluster, form)
        toast(request, "Lag settings saved; they apply from the next round on.")
        return redirect(reverse("groups", cluster.slug))
    return page(request, "lag/settings.html", {"form": form}, status=422 if form.errors else 200)
