"""What the pages of clusters and brokers show of metrics and findings."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clusters.access import sees
from clusters.models import Cluster
from metrics.charts.series import present
from metrics.findings.visibility import by_rule, finding_counts, opened, seen
from metrics.sources.settings import settings_of

SHOWN = 10


def worst_findings(request: HttpRequest, cluster: Cluster) -> SafeString:
    """Show the worst of what is wrong."""
    rules = by_rule(seen(request, cluster, opened(request, cluster)[: 10 * SHOWN]))
    context = {"rules": rules[:SHOWN], "more": max(0, len(rules) - SHOWN), "allowed": sees_findings(request, cluster)}
    return render_to_string("metrics/worst.html", context, request)


def sees_findings(request: HttpRequest, cluster: Cluster) -> bool:
    return sees(request, cluster, "findings.view", "")


def open_alerts(request: HttpRequest, cluster: Cluster) -> SafeString:
    """Show how many critical findings are open, in the sidebar; nothing where there is none."""
    counts = finding_counts(request, [cluster]).get(cluster.pk)
    if not counts or not counts.critical:
        return SafeString("")
    label = f"{counts.critical} critical"
    return format_html('<span class="badge-critical" title="{}">{}</span>', label, counts.critical)


def charts_at_a_glance(request: HttpRequest, cluster: Cluster) -> SafeString:
    """Show a cluster's main charts, where it has a source of metrics and the person may see them."""
    context = {
        "cluster": cluster,
        "has_source": sees(request, cluster, "metrics.view", "") and bool(settings_of(cluster).source),
        "may_configure": sees(request, cluster, "metrics.configure", ""),
    }
    return render_to_string("metrics/at_a_glance.html", context, request)


def broker_metrics(request: HttpRequest, cluster: Cluster, broker: int) -> SafeString:
    """Show a broker's findings and its last readings."""
    rows = opened(request, cluster).filter(subject=f"broker {broker}")
    context = {
        "findings": seen(request, cluster, rows),
        "readings": present(cluster, str(broker)),
        "has_source": bool(settings_of(cluster).source),
    }
    return render_to_string("metrics/broker.html", context, request)
