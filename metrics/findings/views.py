"""What is wrong in a cluster: the list, one finding, and silence for it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from clusters.access import cluster_view
from clusters.models import Cluster
from core.web.export import export_format, values_as_file
from core.web.page import page
from core.web.paths import back_to, reverse
from core.web.toasts import toast
from metrics.findings.forms import SilenceForm
from metrics.findings.queries import earlier, finding_or_404
from metrics.findings.seen import as_seen, by_rule, seen
from metrics.findings.silence import silence as keep_silent
from metrics.findings.visibility import opened, within_grants
from metrics.models import FindingRow

RESOLVED = 50  # resolved findings shown
EXPORTED = ("rule", "subject", "severity", "value", "threshold", "since", "opened_at", "resolved_at", "silenced_until")


@cluster_view("findings.view")
def findings(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List what is wrong, worst first, and what was."""
    now = opened(request, cluster)
    if kind := export_format(request):
        return values_as_file(kind, exported(request, cluster, now.order_by("pk")), EXPORTED, "findings")
    over = within_grants(request, cluster).exclude(resolved_at=None).order_by("-resolved_at")
    context = {
        "rules": by_rule(seen(request, cluster, now)),
        "over": seen(request, cluster, over[:RESOLVED]),
    }
    return page(request, "metrics/findings.html", context, "live")


def exported(request: HttpRequest, cluster: Cluster, rows: Iterable[FindingRow]) -> Iterator[list[Any]]:
    """Yield the values of findings as the person may read them."""
    for visible in seen(request, cluster, rows):
        yield [visible.value if name == "value" else getattr(visible.finding, name) for name in EXPORTED]


@cluster_view("findings.view")
def finding(request: HttpRequest, cluster: Cluster, pk: int) -> HttpResponse:
    """Show one finding with its history: what it means, likely causes, what to do, who was notified."""
    row = finding_or_404(request, cluster, pk)
    context = {
        "alert": as_seen(request, cluster, row, timezone.now()),
        "earlier": seen(request, cluster, earlier(request, row)[:20]),
        "notices": row.notices.select_related("channel")[:20],
        "form": SilenceForm(),
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
    back = request.POST.get("next") or request.GET.get("next", "")
    context = {"alert": as_seen(request, cluster, row, timezone.now()), "form": form, "back": back}
    return page(request, "metrics/silence.html", context, status=422 if form.errors else 200)


def silenced(request: HttpRequest, cluster: Cluster, row: FindingRow, hours: int, reason: str) -> HttpResponse:
    """Store the silence, and go back to the page that it came from, or to the finding.

    Raises:
        Conflict: the finding is over.
    """
    keep_silent(request, row, hours, reason)
    toast(request, f"Muted for {hours} h." if hours else "Unmuted.")
    return back_to(request, reverse("finding", cluster.slug, row.pk))
