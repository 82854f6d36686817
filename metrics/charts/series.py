"""The series of a page's charts, from the Prometheus in one request, or from what we stored of the exporters."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import sub
from statistics import median

from clusters.models import Cluster
from metrics.catalogue import promql
from metrics.catalogue.plots import BROKER, LINES, TOPIC, Plot
from metrics.catalogue.samples import CLAMPED, broker_of
from metrics.catalogue.signals import Signal, table
from metrics.charts.drawing import POINTS, Chart, Points, draw
from metrics.charts.time_range import Range
from metrics.findings.thresholds import rules_of
from metrics.models import MetricsSettings, Watch
from metrics.sources import stored_samples
from metrics.sources.polling import TOP
from metrics.sources.settings import addresses_of, prometheus_of, settings_of, signals_of, window_of

Found = dict[str, dict[tuple[str, str], dict[int, float]]]  # by signal, then (broker, label), then time
SECONDS = 4.0


def charts(
    cluster: Cluster, plots: Sequence[Plot], time_range: Range, can_see_topic: Callable[[str], bool], broker: str = ""
) -> list[Chart]:
    """Draw a page's charts, of one broker where given; ``can_see_topic`` tells which topics have a line.

    Raises:
        SourceFailure: the Prometheus gave no usable answer in time.
    """
    settings = settings_of(cluster)
    flavour = Watch.objects.filter(pk=cluster.pk).values_list("flavour", flat=True).first() or ""
    signals = signals_of(settings)
    names = dict.fromkeys(name for plot in plots for name in plot.signals)
    missing = {name for name in names if flavour and not signals[name].of(flavour)}  # before the first answer: unknown
    if settings.source == MetricsSettings.PROMETHEUS:
        present_signals = [signals[name] for name in names if name not in missing]
        points_by_signal, times = from_prometheus(cluster, settings, present_signals, flavour, time_range)
    else:
        points_by_signal, times = from_past(cluster, settings.interval, time_range)
    missing |= {name for name in names if flavour in signals[name].by_extra_rules and not points_by_signal.get(name)}
    return [
        draw(
            plot,
            lines(plot, signals, points_by_signal, can_see_topic, broker),
            times,
            [name for name in plot.signals if name in missing],
            rules_of(settings),
        )
        for plot in plots
    ]


def from_prometheus(
    cluster: Cluster, settings: MetricsSettings, signals: Iterable[Signal], flavour: str, time_range: Range
) -> tuple[Found, list[int]]:
    """Query a Prometheus for all signals in one request.

    Raises:
        SourceFailure: it gave no usable answer in time.
    """
    step, times = grid(time_range, settings.interval)
    window = max(window_of(settings), step)
    parts = [
        promql.largest(signal, flavour, settings.matchers, window, TOP)
        if signal.label == "topic"
        else promql.batch([signal], flavour, settings.matchers, window)
        for signal in signals
    ]
    points_by_signal: Found = defaultdict(lambda: defaultdict(dict))
    if not parts:
        return points_by_signal, times
    brokers = addresses_of(cluster, settings)
    response = prometheus_of(settings, SECONDS).query_range("\nor ".join(parts), times[0], time_range.end, step)
    for series in response:
        name = series.labels.get("signal", "")
        own = series.labels.get("topic", "") or series.labels.get("listener", "")
        key = broker_of(series.labels, brokers), own
        other = points_by_signal[name].get(key, {})
        points = {int(at): value for at, value in series.points}
        if name in CLAMPED:
            points = {at: min(max(value, 0.0), 1.0) for at, value in points.items()}
        # The same broker under two sets of labels counts once.
        for at, value in other.items():
            points[at] = max(value, points.get(at, value))
        points_by_signal[name][key] = points
    return points_by_signal, times


def grid(time_range: Range, interval: int) -> tuple[int, list[int]]:
    """Return the step and the times of a chart: as fine as measured, with no more points than are drawn."""
    step = max(interval, -(-time_range.seconds // POINTS))
    return step, list(range(time_range.start - time_range.start % step, time_range.end + 1, step))


def from_past(cluster: Cluster, interval: int, time_range: Range) -> tuple[Found, list[int]]:
    """Return what was stored of the exporters' answers, each at the chart's time before it.

    A value also holds for the time after if nothing came then: looks are not as even as the chart's times.
    """
    stored = stored_samples.between(cluster, time_range.start, time_range.end)
    step, times = grid(
        time_range, max(stored_samples.width(time_range.seconds, interval), usual_gap([at for at, _ in stored]))
    )
    points_by_signal: Found = defaultdict(lambda: defaultdict(dict))
    for at, readings in stored:
        slot = at - at % step
        for reading in readings:
            points = points_by_signal[reading.signal][reading.broker, reading.label]
            points[slot] = reading.value
            points.setdefault(slot + step, reading.value)
    return points_by_signal, times


def usual_gap(moments: Sequence[int]) -> int:
    """Return the usual time between two looks: slow exporters are polled less often than the settings say."""
    return int(median(map(sub, moments[1:], moments))) if len(moments) > 1 else 0


def lines(
    plot: Plot,
    signals: Mapping[str, Signal],
    points_by_signal: Found,
    can_see_topic: Callable[[str], bool],
    broker: str = "",
) -> dict[str, Points]:
    """Return a plot's lines by name: brokers, the topics that may be seen, or signals over all brokers."""
    made: dict[str, dict[int, float]] = {}
    for name in plot.signals:
        for (line_broker, label), points in points_by_signal.get(name, {}).items():
            if (broker and line_broker != broker) or (plot.lines == TOPIC and not can_see_topic(label)):
                continue
            key = {BROKER: line_broker, TOPIC: label}.get(plot.lines, LINES.get(name, signals[name].description))
            if key not in made:
                made[key] = dict(points)
                continue
            into = made[key]
            together = plot.lines != BROKER and not (signals[name].summed or signals[name].counter)
            for at, value in points.items():
                into[at] = max(into.get(at, value), value) if together else into.get(at, 0.0) + value
    return dict(made)


def present(cluster: Cluster, broker: str) -> list[tuple[Signal, float]]:
    """Return a broker's signals with their value at the last look, over all labels."""
    rows = Watch.objects.filter(pk=cluster.pk).values_list("readings", flat=True).first() or []
    values: dict[str, float] = {}
    for name, row_broker, _, value in rows:
        if row_broker == broker and name in table():
            values[name] = values.get(name, 0.0) + value
    return [(table()[name], value) for name, value in values.items()]
