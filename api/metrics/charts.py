"""A cluster's metrics: the charts of each page as numbers, a broker's readings, and the state of the source."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from api.kit.problems import Refused
from clusters.access import topics_in_sight
from clusters.brokers.queries import broker_row
from metrics.catalogue import percentiles
from metrics.catalogue.plots import LABELS, PAGES
from metrics.charts.drawing import Chart
from metrics.charts.series import charts, present
from metrics.charts.time_range import Range, between, lasting, seconds
from metrics.models import MetricsSettings, Watch
from metrics.sources.settings import settings_of

router = Router(tags=["Metrics"])
METRICS = "/metrics"
Recent = Literal["15m", "1h", "3h", "12h", "24h", "7d", "30d"]
Percentile = Literal["50", "75", "95", "98", "99", "99.9"]


class MetricsOut(Schema):
    """Where a cluster's metrics come from, and the result of the last look at them."""

    source: str = Field(description="`prometheus`, `exporters`, or empty for none.")
    flavour: str = Field(description="Whose exporter rules they follow.")
    looked_at: datetime | None
    measured_at: datetime | None = Field(description="When readings last came.")
    error: str
    advice: str
    failures: dict[str, str] = Field(description="What went wrong, by broker.")
    missing: list[str] = Field(description="Signals that nobody gives.")
    tabs: dict[str, str] = Field(description="The pages of charts, with their titles.")


class RangeParams(Schema):
    """The time range of charts: one that ends now, or `from` and `to`."""

    range: Recent = "1h"
    start: datetime | None = Field(None, alias="from", description="UTC where it does not say. Needs `to`.")
    end: datetime | None = Field(None, alias="to")
    broker: int | None = Field(None, ge=0, description="Only this broker's lines.")
    percentile: Percentile = Field("99", description="Of the times on `requests`; of exporters only 99 is kept.")


class LineOut(Schema):
    """A line of a chart: a broker, a topic, or a signal over all brokers."""

    name: str
    values: list[float | None] = Field(description="One for each of the chart's times; null is unknown.")


class ChartOut(Schema):
    """A chart as numbers."""

    title: str
    signals: list[str]
    unit: str = Field(description="`bytes`, `bytes_per_s`, `per_s`, `ms`, `ratio`, `cores` or `count`.")
    lines_are: str = Field(description="`broker`, `topic` or `signal`.")
    stacked: bool
    help: str
    times: list[int] = Field(description="Seconds since 1970.")
    lines: list[LineOut]
    missing: list[str] = Field(description="Signals that nobody gives.")


class ChartsOut(Schema):
    """A page of charts."""

    tab: str
    start: int = Field(description="Seconds since 1970.")
    end: int
    percentile: str = Field(description="Of the times on `requests`.")
    charts: list[ChartOut]


class ReadingOut(Schema):
    """A signal of a broker at the last look."""

    signal: str
    description: str
    unit: str
    per_second: bool = Field(description="Whether it is a rate.")
    value: float


def chosen(params: RangeParams) -> Range:
    """Return the requested time range.

    Raises:
        Refused: it has one end only, or ends before it starts.
    """
    now = int(time.time())
    if params.start is None and params.end is None:
        return lasting(params.range, now)
    if params.start is None or params.end is None or params.start >= params.end:
        text = "Give both from and to, from being the earlier."
        raise Refused(422, text, errors={"from": [text]})
    return between(seconds(params.start), seconds(params.end), now)


def chart_out(chart: Chart) -> ChartOut:
    plot = chart.plot
    return ChartOut(
        title=plot.title, signals=bare(plot.signals), unit=plot.unit, lines_are=plot.lines, stacked=plot.stacked,
        help=plot.help, times=list(chart.times), missing=bare(chart.missing),
        lines=[LineOut(name=line.name, values=list(line.values)) for line in chart.lines],
    )  # fmt: skip


def bare(names: Iterable[str]) -> list[str]:
    """Return the names of signals without their percentiles."""
    return [percentiles.split(name)[0] for name in names]


@router.get(METRICS, response=MetricsOut, auth=on_cluster("metrics.view"))
def show_metrics(request: ApiRequest) -> dict[str, Any]:
    """Show the state of the source of a cluster's metrics, and which pages of charts there are."""
    watch = Watch.objects.filter(pk=request.cluster.pk).first() or Watch(cluster=request.cluster)
    own = ("flavour", "looked_at", "measured_at", "error", "advice", "failures", "missing")
    fields = {name: getattr(watch, name) for name in own}
    return {"source": settings_of(request.cluster).source, "tabs": dict(LABELS), **fields}


@router.get(f"{METRICS}/{{slug:tab}}", response=ChartsOut, auth=on_cluster("metrics.view"))
def show_charts(request: ApiRequest, tab: str, params: Query[RangeParams]) -> dict[str, Any]:
    """Show the charts of one page as numbers: from the Prometheus, or from what was kept of the exporters."""
    if tab not in PAGES:
        raise Refused(404, f"There is no page {tab} of metrics.", f"There are {', '.join(PAGES)}.")
    time_range = chosen(params)
    source = settings_of(request.cluster).source
    if not source:
        text = f"{request.cluster.name} has no source of metrics."
        raise Refused(404, text, "Choose one in its metrics settings.")
    if params.percentile != percentiles.DEFAULT and source != MetricsSettings.PROMETHEUS:
        text = "Of the exporters' answers only percentile 99 is kept."
        raise Refused(422, text, errors={"percentile": [text]})
    plots = percentiles.plots(tab, params.percentile)
    broker = "" if params.broker is None else str(params.broker)
    drawn = charts(request.cluster, plots, time_range, topics_in_sight(request, request.cluster), broker)
    fields = {"tab": tab, "start": time_range.start, "end": time_range.end, "percentile": params.percentile}
    return {**fields, "charts": [chart_out(chart) for chart in drawn]}


@router.get(
    "/brokers/{int:broker}/readings",
    response=list[ReadingOut],
    auth=on_cluster("brokers.view"),
)
def list_readings(request: ApiRequest, broker: int) -> list[Any]:
    """List a broker's signals at the last look; none where there is no source."""
    broker_row(request.cluster, broker)  # an unknown one is 404
    return [
        ReadingOut(
            signal=signal.name, description=signal.description, unit=signal.unit, per_second=signal.counter, value=value
        )
        for signal, value in present(request.cluster, str(broker))
    ]
