"""Pages about a topic's records. The query is in the URL, so that it can be shared."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from clusters.access import cluster_view, sees
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import LARGEST
from clusters.gateway.reading.records import stream_part
from clusters.messages.access import may_unmask
from clusters.messages.export.records import USUAL
from clusters.messages.following.looks import SHOWN
from clusters.messages.forms import NEWEST, OLDEST, PAGE, SECONDS, MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.own_types import OwnTypes
from clusters.messages.queries import exported, in_all_partitions, onward, opposite
from clusters.messages.reading.cursors import START
from clusters.messages.reading.progress import Progress, Tally
from clusters.messages.reading.topic import TopicLog, partitions_of, topic_log, usual_isolation
from clusters.messages.reading_audit import follow_for, note_record, read_for, record_for
from clusters.messages.rendering.columns import DEFAULT_COLUMNS
from clusters.messages.rendering.rows import rows_of
from clusters.messages.replay.form import targets_of
from clusters.models import Cluster
from core.web.page import page, wants_part


@cluster_view("messages.view")
def messages(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show a page of records; the newest ones by default. A search goes on by itself, one stretch a request."""
    try:
        log = topic_log(cluster, topic)
    except KafkaFailure as failure:
        if wants_part(request) and request.GET.get("cursor"):
            return interrupted(request, cluster, topic, failure)
        raise
    usual = {"seek": NEWEST, "limit": PAGE, "isolation": usual_isolation(cluster)}
    form = MessagesForm({**usual, **values_of(request)}, log=log, types=OwnTypes(cluster))
    if not form.is_valid():
        return page(request, "topics/messages.html", {"topic": topic, "form": form}, "rows", status=422)
    if wants_part(request) and request.GET.get("more"):
        return page(request, "topics/messages.html", {"topic": topic, "form": form}, "more")
    leaders, following = log.leaders, bool(request.GET.get("follow"))
    if form.cleaned_data["cursor"].places and following:
        return next_look(request, cluster, topic, leaders, form)
    if wants_part(request) and form.cleaned_data["cursor"].counts:
        return next_stretch(request, cluster, topic, leaders, form)
    context = context_of(request, cluster, topic, leaders, form)
    if following:
        context |= {"following": True, "here": onward(request.GET, form, context["found"].back, follow=True)}
    context["alone"] = len(context["rows"]) == 1 and not context["progress"].goes_on
    context["formats_kept"] = form.formats_chosen.replace("?", "&", 1)
    return page(request, "topics/messages.html", context, "rows")


def values_of(request: HttpRequest) -> dict[str, Any]:
    """Return the query as the form takes it; following begins at the end."""
    columns = request.GET.getlist("columns") or list(DEFAULT_COLUMNS)
    order = OLDEST if request.GET.get("cursor") else NEWEST
    begin = {"seek": NEWEST, "order": order, "limit": SHOWN} if request.GET.get("follow") else {}
    return {**request.GET.dict(), "columns": columns, **begin}


def next_stretch(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm
) -> HttpResponse:
    """Answer what a search finds in its next stretch, to be put behind what it found; or that it stands still."""
    tally = Tally.of(form.cleaned_data["cursor"].counts)
    context = {"topic": topic, "form": form, "progress": Progress(tally, 0)}
    context["here"] = onward(request.GET, form, request.GET.get("cursor", ""))
    partial = "stopped"
    try:
        if not request.GET.get("stop"):
            context |= context_of(request, cluster, topic, leaders, form)
            partial = "stretch"
    except KafkaFailure as failure:
        context["failure"] = failure
    response = page(request, "topics/messages.html", context, partial)
    response["HX-Replace-Url"] = f"{request.path}?{context.get('more') or context['here']}"
    return response


def interrupted(request: HttpRequest, cluster: Cluster, topic: str, failure: KafkaFailure) -> HttpResponse:
    """Say why a search or following cannot go on now: following tries again by itself, a search has a link.

    Raises:
        KafkaFailure: it was neither.
    """
    form = MessagesForm(values_of(request), log=TopicLog(cluster.slug, topic, {}))
    form.full_clean()
    tally = Tally.of(form.cleaned_data.get("cursor", START).counts)
    following = bool(request.GET.get("follow"))
    if tally == Tally() and not following:
        raise failure
    query = request.GET.copy()
    query.pop("stop", None)
    context = {"topic": topic, "form": form, "progress": Progress(tally, 0), "failure": failure, "now_ms": now_ms()}
    return page(
        request, "topics/messages.html", context | {"here": query.urlencode(), "following": following}, "stopped"
    )


def now_ms() -> int:
    return round(time.time() * 1000)


def next_look(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm
) -> HttpResponse:
    """Answer what was written since the last look, to be put before what is there; or that following has paused.

    A page of its own, whose address has a place to follow from, begins with that.
    """
    context = {"topic": topic, "form": form, "following": True, "paused": bool(request.GET.get("stop"))}
    context["now_ms"] = now_ms()
    context["here"] = onward(request.GET, form, request.GET.get("cursor", ""), follow=True)
    partial = "stopped"
    try:
        if not context["paused"]:
            followed = follow_for(request, cluster, topic, leaders, form)
            context |= {"found": followed, "followed": followed, "rows": rows_of(followed, form)}
            context["here"] = onward(request.GET, form, followed.cursor, follow=True)
            partial = "look"
    except KafkaFailure as failure:
        context["failure"] = failure
    context["found"] = context.get("found", True)
    return page(request, "topics/messages.html", context, partial)


def context_of(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm
) -> dict[str, Any]:
    """Read what the form asks for, and return what the page shows of it.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    records_page = read_for(request, cluster, topic, leaders, form)
    return {
        "topic": topic,
        "form": form,
        "found": records_page,
        "progress": records_page.progress,
        "rows": rows_of(records_page, form),
        "more": onward(request.GET, form, records_page.cursor),
        "back": opposite(request.GET, form, records_page.back),
        "export": exported(request.GET, form) if sees(request, cluster, "messages.export", topic) else None,
        "export_limit": USUAL,
        "copy": exported(request.GET, form) if targets_of(request) else None,
        "all_partitions": in_all_partitions(request.GET, form),
    }


@cluster_view("messages.view")
def download(
    request: HttpRequest, cluster: Cluster, topic: str, partition: int, offset: int, part: str
) -> StreamingHttpResponse:
    """Send a record's key or value as it is, whole, a piece at a time."""
    leaders = partitions_of(cluster, topic)
    if part not in {"key", "value"} or partition not in leaders or offset > LARGEST:
        raise Http404("There is no such record.")
    if not may_unmask(request, cluster, topic) and masking_of(cluster, topic):
        return masked_part(request, cluster, topic, leaders, partition, offset, part)
    note_record(request, cluster, topic, partition, offset)
    leader = leaders[partition]
    size, pieces = stream_part(cluster.connection(), topic, partition, leader, offset, part, seconds=SECONDS)
    return sent(pieces, size, f"{topic}-{partition}-{offset}.{part}")


def masked_part(
    request: HttpRequest,
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    partition: int,
    offset: int,
    part: str,
) -> StreamingHttpResponse:
    """Send a record's key or value as it may be seen."""
    record = record_for(request, cluster, topic, leaders, partition, offset)
    data = None if record is None else record.key if part == "key" else record.value
    if data is None:
        raise Http404("There is no such record, or it is null.")
    return sent([data], len(data), f"{topic}-{partition}-{offset}.{part}")


def sent(pieces: Iterable[bytes], size: int, name: str) -> StreamingHttpResponse:
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(pieces, content_type="application/octet-stream", headers=headers)
