"""The series of a page's charts, from the Prometheus in one request, or from what we kept of the exporters."""

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
    cluster: Cluster, plots: Sequence[Plot], wanted: Range, shown: Callable[[str], bool], broker: str = ""
) -> list[Chart]:
    """Draw a page's charts, of one broker where it is named; ``shown`` tells which topics have a line.

    Raises:
        SourceFailure: the Prometheus gave no usable answer in time.
    """
    settings = settings_of(cluster)
    flavour = Watch.objects.filter(pk=cluster.pk).values_list("flavour", flat=True).first() or ""
    signals = signals_of(settings)
    names = dict.fromkeys(name for plot in plots for name in plot.signals)
    missing = {name for name in names if not signals[name].of(flavour)}
    if settings.source == MetricsSettings.PROMETHEUS:
        there = [signals[name] for name in names if name not in missing]
        found, times = from_prometheus(cluster, settings, there, flavour, wanted)
    else:
        found, times = from_past(cluster, settings.interval, wanted)
    missing |= {name for name in names if flavour in signals[name].by_extra_rules and not found.get(name)}
    return [
        draw(
            plot,
            lines(plot, signals, found, shown, broker),
            times,
            [name for name in plot.signals if name in missing],
            rules_of(settings),
        )
        for plot in plots
    ]


def from_prometheus(
    cluster: Cluster, settings: MetricsSettings, signals: Iterable[Signal], flavour: str, wanted: Range
) -> tuple[Found, list[int]]:
    """Ask a Prometheus for all signals in one request.

    Raises:
        SourceFailure: it gave no usable answer in time.
    """
    step, times = grid(wanted, settings.interval)
    window = max(window_of(settings), step)
    parts = [
        promql.largest(one, flavour, settings.matchers, window, TOP)
        if one.label == "topic"
        else promql.batch([one], flavour, settings.matchers, window)
        for one in signals
    ]
    found: Found = defaultdict(lambda: defaultdict(dict))
    if not parts:
        return found, times
    brokers = addresses_of(cluster, settings)
    answer = prometheus_of(settings, SECONDS).query_range("\nor ".join(parts), times[0], wanted.end, step)
    for series in answer:
        name = series.labels.get("signal", "")
        own = series.labels.get("topic", "") or series.labels.get("listener", "")
        place = broker_of(series.labels, brokers), own
        known = found[name].get(place, {})
        points = {int(at): value for at, value in series.points}
        if name in CLAMPED:
            points = {at: min(max(value, 0.0), 1.0) for at, value in points.items()}
        # The same broker under two sets of labels counts once.
        for at, value in known.items():
            points[at] = max(value, points.get(at, value))
        found[name][place] = points
    return found, times


def grid(wanted: Range, interval: int) -> tuple[int, list[int]]:
    """Return the step and the times of a chart: as fine as it is measured, with no more points than are drawn."""
    step = max(interval, -(-wanted.seconds // POINTS))
    return step, list(range(wanted.start - wanted.start % step, wanted.end + 1, step))


def from_past(cluster: Cluster, interval: int, wanted: Range) -> tuple[Found, list[int]]:
    """Return what was kept of the exporters' answers, each at the chart's time before it.

    It holds for the time after, too, if nothing came then: looks are not as even as the chart's times.
    """
    kept = stored_samples.between(cluster, wanted.start, wanted.end)
    step, times = grid(wanted, max(stored_samples.width(wanted.seconds, interval), usual_gap([at for at, _ in kept])))
    found: Found = defaultdict(lambda: defaultdict(dict))
    for at, readings in kept:
        slot = at - at % step
        for one in readings:
            points = found[one.signal][one.broker, one.label]
            points[slot] = one.value
            points.setdefault(slot + step, one.value)
    return found, times


def usual_gap(moments: Sequence[int]) -> int:
    """Return the usual time between two looks: exporters that are slow are asked less often than the settings say."""
    return int(median(map(sub, moments[1:], moments))) if len(moments) > 1 else 0


def lines(
    plot: Plot, signals: Mapping[str, Signal], found: Found, shown: Callable[[str], bool], broker: str = ""
) -> dict[str, Points]:
    """Return a plot's lines by name: brokers, the topics that are shown, or signals over all brokers."""
    made: dict[str, dict[int, float]] = {}
    for name in plot.signals:
        for (one, label), points in found.get(name, {}).items():
            if (broker and one != broker) or (plot.lines == TOPIC and not shown(label)):
                continue
            key = {BROKER: one, TOPIC: label}.get(plot.lines, LINES.get(name, signals[name].description))
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
    found: dict[str, float] = {}
    for name, one, _, value in rows:
        if one == broker and name in table():
            found[name] = found.get(name, 0.0) + value
    return [(table()[name], value) for name, value in found.items()]
