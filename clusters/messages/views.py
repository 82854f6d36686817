"""Pages about a topic's records. The query is in the URL, so that it can be shared."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from clusters.access import cluster_view
from clusters.gateway.offsets import LARGEST
from clusters.gateway.records import stream_part
from clusters.messages.decoding import decoding_of
from clusters.messages.forms import NEWEST, PAGE, MessagesForm
from clusters.messages.reading import SECONDS, RecordsPage, partitions_of, read_page
from clusters.messages.rendering import MessageRow, row_of
from clusters.models import Cluster
from core.web.page import page


@cluster_view("messages.view")
def messages(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show a page of records; the newest ones by default."""
    leaders = partitions_of(cluster, topic)
    form = MessagesForm({"seek": NEWEST, "limit": PAGE, **request.GET.dict()}, present=set(leaders))
    records_page = read_page(cluster, topic, leaders, form) if form.is_valid() else None
    context = {
        "topic": topic,
        "form": form,
        "found": records_page,
        "rows": rows_of(cluster, topic, form, records_page) if records_page else [],
        "more": more(request, records_page) if records_page else "",
    }
    return page(request, "topics/messages.html", context, "rows", status=422 if form.errors else 200)


def rows_of(cluster: Cluster, topic: str, form: MessagesForm, records_page: RecordsPage) -> list[MessageRow]:
    """Return the records as the page shows them, decoded as the form and the cluster say."""
    decoding = decoding_of(cluster, topic, **form.formats)
    return [row_of(record, decoding) for record in records_page.records]


def more(request: HttpRequest, records_page: RecordsPage) -> str:
    """Return the query of the next page; empty if there is none."""
    query = request.GET.copy()
    query["cursor"] = records_page.cursor
    return query.urlencode() if records_page.cursor else ""


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
