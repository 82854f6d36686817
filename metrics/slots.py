"""What the pages of clusters and brokers show of metrics and findings."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from clusters.access import sees
from clusters.models import Cluster
from metrics.charts.series import present
from metrics.findings.seen import by_rule, seen
from metrics.findings.visibility import opened
from metrics.models import Watch
from metrics.sources.settings import settings_of

SHOWN = 10
TRAFFIC = IN, OUT = "bytes_in", "bytes_out"


def worst_findings(request: HttpRequest, cluster: Cluster) -> SafeString:
    """Show the worst of what is wrong."""
    rules = by_rule(seen(request, cluster, opened(request, cluster)[: 10 * SHOWN]))
    context = {"rules": rules[:SHOWN], "more": max(0, len(rules) - SHOWN), "allowed": sees_findings(request, cluster)}
    return render_to_string("metrics/worst.html", context, request)


def sees_findings(request: HttpRequest, cluster: Cluster) -> bool:
    return sees(request, cluster, "findings.view", "")


def charts_at_a_glance(request: HttpRequest, cluster: Cluster) -> SafeString:
    """Show a cluster's main charts, where it has a source of metrics and the person may see them."""
    context = {
        "cluster": cluster,
        "has_source": sees(request, cluster, "metrics.view", "") and bool(settings_of(cluster).source),
        "may_configure": sees(request, cluster, "metrics.configure", ""),
    }
    return render_to_string("metrics/at_a_glance.html", context, request)


def broker_rates(request: HttpRequest, cluster: Cluster) -> dict[int, tuple[float | None, float | None]]:
    """Return each broker's bytes per second in and out at the last look, as far as the person may see metrics."""
    if not sees(request, cluster, "metrics.view", ""):
        return {}
    totals: dict[tuple[str, str], float] = {}
    for name, broker, _, value in Watch.objects.filter(pk=cluster.pk).values_list("readings", flat=True).first() or ():
        if name in TRAFFIC:
            totals[broker, name] = totals.get((broker, name), 0.0) + value
    brokers = {broker for broker, _ in totals if broker.isdecimal()}
    return {int(broker): (totals.get((broker, IN)), totals.get((broker, OUT))) for broker in brokers}


def broker_metrics(request: HttpRequest, cluster: Cluster, broker: int) -> SafeString:
    """Show a broker's findings and its last readings."""
    rows = opened(request, cluster).filter(subject=f"broker {broker}")
    context = {
        "findings": seen(request, cluster, rows),
        "readings": present(cluster, str(broker)),
        "has_source": bool(settings_of(cluster).source),
    }
    return render_to_string("metrics/broker.html", context, request)
