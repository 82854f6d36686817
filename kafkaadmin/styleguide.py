"""The parts that pages are made of, with their states, on one page for developers: ``/styleguide/`` in debug only."""

from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.access import for_everyone
from clusters.gateway.result import Failure
from clusters.models import Cluster, Mirror
from core.plan import Plan, Step
from core.web.charts.drawing import Chart, Frame, draw
from core.web.lists import ListState
from core.web.markup import markup
from core.web.page import page
from core.web.tables import Column, table_of

NOON = 1_800_014_400
COLUMNS = (
    Column(
        "status",
        "Status",
        "first",
        "",
        sorts=False,
        shows=lambda row: markup('<span class="status {}">{}</span>', row.status, row.word),
    ),
    Column("lag", "Lag", "num", "lag"),
    Column("state", "State", phone="", sorts=False),
)


@dataclass(frozen=True)
class SampleRow:
    """A row of the sample list."""

    name: str
    status: str
    word: str
    lag: int | None
    state: str


ROWS = (
    SampleRow("billing", "critical", "ERR", 12_345, "Stable"),
    SampleRow("a" * 249, "warning", "WARN", 1, "Empty"),
    SampleRow("<b>shipping</b>", "ok", "OK", 0, "Stable"),
    SampleRow("unheard-of", "unknown", "–", None, "Unknown"),
)
PLAN = Plan(
    "topics.configure", "orders",
    (Step("retention.ms", "604800000", "86400000"), Step("compression.type", None, "lz4"), Step("segment.ms", "60000")),
    ("1,200 records are older than the new retention and will be deleted.",),
    commands=("kafka-configs.sh --alter --entity-type topics --entity-name orders --add-config retention.ms=86400000",),
)  # fmt: skip


class SampleForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(help_text="Letters, digits, “.”, “_” and “-”.")
    partitions = forms.IntegerField(min_value=1)
    cleanup = forms.ChoiceField(choices=[("delete", "delete"), ("compact", "compact")])
    configs = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    internal = forms.BooleanField(required=False)


@for_everyone("clusters.list")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every part with its states."""
    forms_by_state = {"Empty": SampleForm(), "With errors": SampleForm({"partitions": "0", "cleanup": "no"})}
    context: dict[str, Any] = {
        "samples": {state: sample(request, **values) for state, values in MIRRORS.items()},
        "sample": sample(request),
        "state": ListState("", "name", "", {}),
        "page": Paginator(range(500), 50).get_page(3),
        "table": table_of(request, "styleguide", COLUMNS),
        "rows": ROWS,
        "plan": PLAN,
        "problems": [Failure("broker 3", "It did not answer within 5 seconds.")],
        "forms": forms_by_state,
        "charts": charts(),
        "levels": ("ok", "warning", "critical", "unknown"),
    }
    return page(request, "styleguide.html", context)


MIRRORS: dict[str, dict[str, Any]] = {
    "Current": {},
    "Partly stale": {"failures": [["broker 3", "It did not answer within 5 seconds."]]},
    "Unreachable": {"error": "Nobody answers at broker:9092.", "advice": "Check the address and the network."},
    "Replaced": {"error": "Another Kafka answers at this address.", "replaced": "aBc"},
}


def sample(request: HttpRequest, **values: Any) -> HttpRequest:
    """Return the request as if it were of a cluster in some state."""
    other: Any = copy(request)
    other.cluster = Cluster(slug="sample", name="sample", needs_approval=True)
    moment = timezone.now() - timedelta(seconds=4)
    other.cluster.mirror = Mirror(
        cluster=other.cluster, current_as_of=moment, seconds=0.4, requests=9, bytes_sent=900, bytes_received=90_000,
        **values,
    )  # fmt: skip
    request_of_sample: HttpRequest = other
    return request_of_sample


def charts() -> list[Chart]:
    """Return a chart of each kind."""
    times = [NOON + 60 * minute for minute in range(31)]
    wave = [float(minute % 10) * 900 for minute in range(31)]
    gap = [None if 12 <= minute <= 18 else value + 4000 for minute, value in enumerate(wave)]
    bars = [(times[0], times[15], "ok", "OK"), (times[15], times[30], "critical", "ERR")]
    limits = [("warning", 6000.0, "warning above 5.9 KiB/s")]
    return [
        draw(Frame("Lines, a gap, a threshold", "bytes_per_s"), {"1": wave, "2": gap}, times, limits=lambda _: limits),
        draw(Frame("Stacked", "ms", stacked=True), {"queue": wave, "local": wave}, times),
        draw(Frame("Dots and a band", dots=True, from_zero=False), {"offset": wave[:11]}, times[:11], bars=bars[:1]),
        draw(Frame("Not exported"), {}, times, missing=("The exporter's rules leave this out.",)),
    ]
