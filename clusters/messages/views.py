"""Pages about a topic's records. The query is in the URL, so that it can be shared."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from clusters.access import cluster_view
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import LARGEST
from clusters.gateway.records import stream_part
from clusters.messages.forms import NEWEST, PAGE, SECONDS, MessagesForm
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
    if wants_part(request) and form.cleaned_data["cursor"].counts:
        return next_stretch(request, cluster, topic, leaders, form)
    context = context_of(request, topic, form, read_page(cluster, topic, leaders, form))
    return page(request, "topics/messages.html", context, "rows")


def values_of(request: HttpRequest) -> dict[str, Any]:
    """Return the query as the form takes it."""
    return {**request.GET.dict(), "columns": request.GET.getlist("columns")}


def next_stretch(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: dict[int, int | None], form: MessagesForm
) -> HttpResponse:
    """Answer what a search finds in its next stretch, to be put behind what it found; or that it stands still."""
    cursor = form.cleaned_data["cursor"]
    here = request.GET.get("cursor", "")
    halted = {"topic": topic, "form": form, "here": onward(request.GET, form, here)}
    halted["progress"] = Progress(Tally.of(cursor.counts), 0)
    try:
        if request.GET.get("stop"):
            return page(request, "topics/messages.html", halted, "stopped")
        records_page = read_page(cluster, topic, leaders, form)
    except KafkaFailure as failure:
        return page(request, "topics/messages.html", {**halted, "failure": failure}, "stopped")
    context = context_of(request, topic, form, records_page) | {"here": halted["here"]}
    response = page(request, "topics/messages.html", context, "stretch")
    response["HX-Replace-Url"] = f"{request.path}?{context['more'] or context['here']}"
    return response


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
