"""The metrics pages, and the source's settings."""

import time
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clusters.access import cluster_view, topics_in_sight
from clusters.models import Cluster
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast
from metrics.catalogue import percentiles
from metrics.catalogue.plots import GLANCE, LABELS, PAGES, Plot
from metrics.catalogue.signals import table
from metrics.charts.drawing import Chart
from metrics.charts.series import charts
from metrics.charts.time_range import RECENT, Range, range_from_query
from metrics.forms import SECRETS, MetricsForm
from metrics.models import MetricsSettings, Watch
from metrics.settings_changes import save
from metrics.sources.http import SourceFailure
from metrics.sources.settings import scrape_interval, settings_of, window_of
from metrics.sources.source_test import probe


@cluster_view("metrics.view")
def metrics(request: HttpRequest, cluster: Cluster, tab: str = "overview") -> HttpResponse:
    if tab not in PAGES:
        raise Http404(f"There is no metrics tab {tab}.")
    chosen = range_from_query(request.GET, int(time.time()), timezone.get_current_timezone())
    settings = settings_of(cluster)
    percentile = percentile_of(request, settings)
    drawn, failure = drawn_or_failure(request, cluster, settings, percentiles.plots(tab, percentile), chosen)
    context = {
        "tab": tab,
        "tabs": LABELS,
        "range": chosen,
        "ranges": list(RECENT),
        "settings": settings,
        "watch": Watch.objects.filter(pk=cluster.pk).first(),
        "charts": drawn,
        "failure": failure,
        "missing": [(name, table()[percentiles.split(name)[0]]) for chart in drawn for name in chart.missing],
        "percentile": percentile,
        "percentiles": list(percentiles.SHOWN) if tab == percentiles.TAB else [],
        "kept": f"&percentile={percentile}" if percentile != percentiles.DEFAULT else "",
    }
    return page(request, "metrics/charts.html", context, "live")


def percentile_of(request: HttpRequest, settings: MetricsSettings) -> str:
    """Return the percentile that a page shows; exporters' answers are kept only at the usual one."""
    percentile = request.GET.get("percentile", "")
    is_offered = percentile in percentiles.SHOWN and settings.source == MetricsSettings.PROMETHEUS
    return percentile if is_offered else percentiles.DEFAULT


@cluster_view("metrics.view")
def glance(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the overview's charts, which it loads on its own afterwards, since a source may be slow."""
    drawn, failure = drawn_or_failure(
        request, cluster, settings_of(cluster), GLANCE, range_from_query({}, int(time.time()))
    )
    return page(request, "metrics/glance.html", {"charts": drawn, "failure": failure})


def drawn_or_failure(
    request: HttpRequest, cluster: Cluster, settings: MetricsSettings, plots: Sequence[Plot], chosen: Range
) -> tuple[list[Chart], SourceFailure | None]:
    """Draw charts, or return why they cannot be drawn."""
    if not settings.source:
        return [], None
    try:
        return charts(cluster, plots, chosen, topics_in_sight(request, cluster)), None
    except SourceFailure as failure:
        return [], failure


@cluster_view("metrics.configure")
def settings(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show, test or save where a cluster's metrics come from."""
    form = MetricsForm(request.POST or None, instance=settings_of(cluster))
    verdict = None
    if request.method == "POST" and form.is_valid():
        typed = form.unsaved()
        if request.POST.get("action") != "test":
            save(request, typed)
            toast(request, "Metrics settings saved; they apply from the next poll on.")
            return redirect(reverse("metrics", cluster.slug))
        verdict = probe(cluster, typed) if typed.source else None
    failed = verdict is not None and verdict.level == "critical"
    scraped = None if failed else scrape_interval(form.instance)
    context = {
        "form": form,
        "verdict": verdict,
        "secrets": [form[name] for name in SECRETS],
        "scraped": scraped,
        "window": window_of(form.instance) if scraped else None,
    }
    return page(request, "metrics/settings.html", context, "verdict", status=422 if form.errors else 200)
