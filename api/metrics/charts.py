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
    """The metrics source of a cluster, and the result of the last poll."""

    source: str = Field(description="`prometheus`, `exporters`, or empty for none.")
    flavour: str = Field(description="The recognised set of JMX exporter rules.")
    looked_at: datetime | None
    measured_at: datetime | None = Field(description="Time of the last readings.")
    error: str
    advice: str
    failures: dict[str, str] = Field(description="Errors by broker.")
    missing: list[str] = Field(description="Signals that no exporter returns.")
    tabs: dict[str, str] = Field(description="The chart tabs, with their titles.")


class ChartRangeParams(Schema):
    """The time range of charts: one that ends now, or `from` and `to`."""

    range: Recent = "1h"
    start: datetime | None = Field(None, alias="from", description="UTC by default. Requires `to`.")
    end: datetime | None = Field(None, alias="to")
    broker: int | None = Field(None, ge=0, description="Only this broker.")
    percentile: Percentile = Field("99", description="Of request times; from JMX exporters only 99 is available.")


class LineOut(Schema):
    """A line of a chart: a broker, a topic, or a signal over all brokers."""

    name: str
    values: list[float | None] = Field(description="One value per time of the chart; null is unknown.")


class ChartOut(Schema):
    """The data of a chart."""

    title: str
    signals: list[str]
    unit: str = Field(description="`bytes`, `bytes_per_s`, `per_s`, `ms`, `ratio`, `cores` or `count`.")
    lines_are: str = Field(description="`broker`, `topic` or `signal`.")
    stacked: bool
    help: str
    times: list[int] = Field(description="Seconds since 1970.")
    lines: list[LineOut]
    missing: list[str] = Field(description="Signals that no exporter returns.")


class ChartsOut(Schema):
    """The charts of a tab."""

    tab: str
    start: int = Field(description="Seconds since 1970.")
    end: int
    percentile: str = Field(description="Of request times.")
    charts: list[ChartOut]


class ReadingOut(Schema):
    """A signal of a broker at the last poll."""

    signal: str
    description: str
    unit: str
    per_second: bool = Field(description="Whether it is a rate.")
    value: float


def chosen(params: ChartRangeParams) -> Range:
    """Return the requested time range.

    Raises:
        Refused: it has one end only, or ends before it starts.
    """
    now = int(time.time())
    if params.start is None and params.end is None:
        return lasting(params.range, now)
    if params.start is None or params.end is None or params.start >= params.end:
        text = "Give both from and to; from must be earlier."
        raise Refused(422, text, errors={"from": [text]})
    return between(seconds(params.start), seconds(params.end), now)


def chart_out(chart: Chart) -> ChartOut:
    plot = chart.plot
    return ChartOut(
        title=plot.title, signals=bare(plot.signals), unit=plot.unit, lines_are=plot.lines, stacked=plot.stacked,
        help=plot.help, times=[int(at) for at in chart.picture.times], missing=bare(chart.missing),
        lines=[LineOut(name=line.name, values=list(line.values)) for line in chart.picture.lines],
    )  # fmt: skip


def bare(names: Iterable[str]) -> list[str]:
    """Return the names of signals without their percentiles."""
    return [percentiles.split(name)[0] for name in names]


@router.get(METRICS, response=MetricsOut, auth=on_cluster("metrics.view"))
def show_metrics(request: ApiRequest) -> dict[str, Any]:
    """Show the state of a cluster's metrics source, and the chart tabs."""
    watch = Watch.objects.filter(pk=request.cluster.pk).first() or Watch(cluster=request.cluster)
    own = ("flavour", "looked_at", "measured_at", "error", "advice", "failures", "missing")
    fields = {name: getattr(watch, name) for name in own}
    return {"source": settings_of(request.cluster).source, "tabs": dict(LABELS), **fields}


@router.get(f"{METRICS}/{{slug:tab}}", response=ChartsOut, auth=on_cluster("metrics.view"))
def show_charts(request: ApiRequest, tab: str, params: Query[ChartRangeParams]) -> dict[str, Any]:
    """Show the chart data of one tab, from Prometheus or from the stored exporter readings."""
    if tab not in PAGES:
        raise Refused(404, f"There is no metrics tab {tab}.", f"Tabs: {', '.join(PAGES)}.")
    time_range = chosen(params)
    source = settings_of(request.cluster).source
    if not source:
        text = f"{request.cluster.name} has no metrics source."
        raise Refused(404, text, "Choose one in its metrics settings.")
    if params.percentile != percentiles.DEFAULT and source != MetricsSettings.PROMETHEUS:
        text = "From JMX exporters only percentile 99 is available."
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
    """List a broker's signals at the last poll; none without a metrics source."""
    broker_row(request.cluster, broker)  # an unknown one is 404
    return [
        ReadingOut(
            signal=signal.name, description=signal.description, unit=signal.unit, per_second=signal.counter, value=value
        )
        for signal, value in present(request.cluster, str(broker))
    ]
