"""Pages about a topic's records. The query is in the URL, so that it can be shared."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from clusters.access import cluster_view
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import LARGEST
from clusters.gateway.records import stream_part
from clusters.messages.columns import DEFAULT_COLUMNS
from clusters.messages.follow import SHOWN
from clusters.messages.following import follow
from clusters.messages.forms import NEWEST, OLDEST, PAGE, SECONDS, MessagesForm
from clusters.messages.progress import Progress, Tally
from clusters.messages.queries import in_all_partitions, onward, opposite
from clusters.messages.reading import RecordsPage, partitions_of, read_page
from clusters.messages.rows import rows_of
from clusters.models import Cluster
from core.web.page import page, wants_part


@cluster_view("messages.view")
def messages(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show a page of records; the newest ones by default. A search goes on by itself, one stretch a request."""
    leaders = partitions_of(cluster, topic)
    form = MessagesForm({"seek": NEWEST, "limit": PAGE, **values_of(request)}, present=set(leaders))
    if not form.is_valid():
        return page(request, "topics/messages.html", {"topic": topic, "form": form}, "rows", status=422)
    following = bool(request.GET.get("follow"))
    if wants_part(request) and form.cleaned_data["cursor"].places and following:
        return next_look(request, cluster, topic, leaders, form)
    if wants_part(request) and form.cleaned_data["cursor"].counts:
        return next_stretch(request, cluster, topic, leaders, form)
    context = context_of(request, topic, form, read_page(cluster, topic, leaders, form))
    if following:
        context |= {"following": True, "here": onward(request.GET, form, context["found"].back, follow=True)}
    context["alone"] = len(context["rows"]) == 1 and not context["progress"].goes_on
    return page(request, "topics/messages.html", context, "rows")


def values_of(request: HttpRequest) -> dict[str, Any]:
    """Return the query as the form takes it; following begins at the end."""
    columns = request.GET.getlist("columns") or list(DEFAULT_COLUMNS)
    order = OLDEST if request.GET.get("cursor") else NEWEST
    begin = {"seek": NEWEST, "order": order, "limit": SHOWN} if request.GET.get("follow") else {}
    return {**request.GET.dict(), "columns": columns, **begin}


def next_stretch(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: dict[int, int | None], form: MessagesForm
) -> HttpResponse:
    """Answer what a search finds in its next stretch, to be put behind what it found; or that it stands still."""
    tally = Tally.of(form.cleaned_data["cursor"].counts)
    context = {"topic": topic, "form": form, "progress": Progress(tally, 0)}
    context["here"] = onward(request.GET, form, request.GET.get("cursor", ""))
    partial = "stopped"
    try:
        if not request.GET.get("stop"):
            context |= context_of(request, topic, form, read_page(cluster, topic, leaders, form))
            partial = "stretch"
    except KafkaFailure as failure:
        context["failure"] = failure
    response = page(request, "topics/messages.html", context, partial)
    response["HX-Replace-Url"] = f"{request.path}?{context.get('more') or context['here']}"
    return response


def next_look(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: dict[int, int | None], form: MessagesForm
) -> HttpResponse:
    """Answer what was written since the last look, to be put before what is there; or that following has paused."""
    context = {"topic": topic, "form": form, "following": True, "paused": bool(request.GET.get("stop"))}
    context["here"] = onward(request.GET, form, request.GET.get("cursor", ""), follow=True)
    partial = "stopped"
    try:
        if not context["paused"]:
            followed = follow(cluster, topic, leaders, form)
            context |= {"followed": followed, "rows": rows_of(followed, form)}
            context["here"] = onward(request.GET, form, followed.cursor, follow=True)
            partial = "look"
    except KafkaFailure as failure:
        context["failure"] = failure
    return page(request, "topics/messages.html", context, partial)


def context_of(request: HttpRequest, topic: str, form: MessagesForm, records_page: RecordsPage) -> dict[str, Any]:
    """Return what the page shows of records."""
    return {
        "topic": topic,
        "form": form,
        "found": records_page,
        "progress": records_page.progress,
        "rows": rows_of(records_page, form),
        "more": onward(request.GET, form, records_page.cursor),
        "back": opposite(request.GET, form, records_page.back),
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
    leader = leaders[partition]
    size, pieces = stream_part(cluster.connection(), topic, partition, leader, offset, part, seconds=SECONDS)
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{topic}-{partition}-{offset}.{part}"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(pieces, content_type="application/octet-stream", headers=headers)
