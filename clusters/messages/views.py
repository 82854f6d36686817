"""Pages about a topic's records. The query is in the URL, so that it can be shared."""

from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from clusters.access import cluster_view
from clusters.gateway.offsets import LARGEST
from clusters.gateway.records import stream_part
from clusters.messages.access import may_unmask
from clusters.messages.decoding import decoding_of
from clusters.messages.forms import NEWEST, PAGE, MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.reading import SECONDS, RecordsPage, one_record, partitions_of, read_page
from clusters.messages.rendering import MessageRow, row_of
from clusters.models import Cluster
from core.web.page import page


@cluster_view("messages.view")
def messages(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show a page of records; the newest ones by default."""
    leaders = partitions_of(cluster, topic)
    form = MessagesForm({"seek": NEWEST, "limit": PAGE, **request.GET.dict()}, present=set(leaders))
    clear = may_unmask(request, cluster, topic)
    records_page = read_page(cluster, topic, leaders, form, clear=clear) if form.is_valid() else None
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
    if not may_unmask(request, cluster, topic) and masking_of(cluster, topic):
        return masked_part(cluster, topic, leaders, partition, offset, part)
    leader = leaders[partition]
    size, pieces = stream_part(cluster.connection(), topic, partition, leader, offset, part, seconds=SECONDS)
    return sent(pieces, size, f"{topic}-{partition}-{offset}.{part}")


def masked_part(
    cluster: Cluster, topic: str, leaders: Mapping[int, int | None], partition: int, offset: int, part: str
) -> StreamingHttpResponse:
    """Send a record's key or value as it may be seen."""
    record = one_record(cluster, topic, leaders, partition, offset)
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
