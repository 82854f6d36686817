"""What is wrong in a cluster: the list, one finding, and silence for it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from clusters.access import cluster_view
from clusters.models import Cluster
from core.web.export import export, export_format
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast
from metrics.findings.forms import SilenceForm
from metrics.findings.queries import earlier, finding_or_404
from metrics.findings.silence import may_silence
from metrics.findings.silence import silence as keep_silent
from metrics.findings.visibility import as_seen, opened, seen, within_grants
from metrics.models import FindingRow

RESOLVED = 50  # resolved findings shown
EXPORTED = ("rule", "subject", "severity", "value", "threshold", "since", "opened_at", "resolved_at", "silenced_until")


@cluster_view("findings.view")
def findings(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List what is wrong, worst first, and what was."""
    now = opened(request, cluster)
    if export_format(request):
        return export(request, now.order_by("pk"), EXPORTED, "findings")
    over = within_grants(request, cluster).exclude(resolved_at=None).order_by("-resolved_at")
    context = {
        "findings": seen(request, cluster, now),
        "over": seen(request, cluster, over[:RESOLVED]),
    }
    return page(request, "metrics/findings.html", context, "live")


@cluster_view("findings.view")
def finding(request: HttpRequest, cluster: Cluster, pk: int) -> HttpResponse:
    """Show one finding with its history: what it means, likely causes, what to do, who was notified."""
    row = finding_or_404(request, cluster, pk)
    context = {
        "alert": as_seen(request, cluster, row, timezone.now()),
        "earlier": earlier(request, row)[:20],
        "notices": row.notices.select_related("channel")[:20],
        "form": SilenceForm(),
        "may_silence": may_silence(request, row),
    }
    return page(request, "metrics/finding.html", context)


@cluster_view("findings.silence")
def silence(request: HttpRequest, cluster: Cluster, pk: int) -> HttpResponse:
    row = finding_or_404(request, cluster, pk)
    form = SilenceForm(request.POST or None)
    if request.method == "POST" and request.POST.get("action") == "end":
        return silenced(request, cluster, row, 0, "")
    if request.method == "POST" and form.is_valid():
        return silenced(request, cluster, row, int(form.cleaned_data["hours"]), form.cleaned_data["reason"])
    context = {"alert": as_seen(request, cluster, row, timezone.now()), "form": form}
    return page(request, "metrics/silence.html", context, status=422 if form.errors else 200)


def silenced(request: HttpRequest, cluster: Cluster, row: FindingRow, hours: int, reason: str) -> HttpResponse:
    """Store the silence, and go back to the finding.

    Raises:
        Conflict: the finding is over.
    """
    keep_silent(request, row, hours, reason)
    toast(request, f"Muted for {hours} h." if hours else "Unmuted.")
    return redirect(reverse("finding", cluster.slug, row.pk))
