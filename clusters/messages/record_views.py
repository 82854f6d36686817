"""The page of one record, with the records before and behind it, and what one may copy of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.gateway.errors import NotFound
from clusters.gateway.log.records import Record
from clusters.gateway.offsets import LARGEST
from clusters.messages.decoding import Decoding, decoding_of, formats_in
from clusters.messages.reading.single import first_record
from clusters.messages.reading.topic import partitions_of
from clusters.messages.reading_audit import record_for
from clusters.messages.rendering import copying
from clusters.messages.rendering.records import row_of
from clusters.models import Cluster
from core.web.page import page, wants_part
from core.web.paths import reverse

BEYOND = {"previous": "This is the first record of the partition.", "next": "This is the last record of the partition."}


@cluster_view("messages.view")
def record(request: HttpRequest, cluster: Cluster, topic: str, partition: int, offset: int) -> HttpResponse:
    """Show a record, or go to its neighbour.

    Raises:
        NotFound: there is no record at this offset, where a row of a list asks for it.
    """
    leaders = partitions_of(cluster, topic)
    if partition not in leaders or offset > LARGEST:
        raise Http404("There is no such record.")
    step = request.GET.get("step", "")
    if step in BEYOND:
        return neighbour(request, cluster, topic, leaders, (partition, offset), step)
    shown_record = record_for(request, cluster, topic, leaders, partition, offset)
    formats = formats_in(request.GET)
    address = reverse("topic-messages", cluster.slug, topic)
    context: dict[str, Any] = {
        "topic": topic,
        "around": f"{address}?{urlencode({'seek': 'around', 'offset': offset, 'partitions': partition})}",
        "formats_kept": f"&{urlencode(formats)}" if formats else "",
    }
    if shown_record is None:
        return gone(request, context, partition, offset)
    decoding = decoding_of(cluster, topic, **formats)
    context |= {
        "record": shown_record,
        "message": row_of(shown_record, decoding),
        "messages_url": address,
        "produce_url": reverse("topic-produce", cluster.slug, topic),
        "copies": copies(request, cluster, topic, shown_record, decoding, formats),
    }
    return page(request, "topics/record_page.html", context, "parts")


def gone(request: HttpRequest, context: dict[str, Any], partition: int, offset: int) -> HttpResponse:
    """Say that there is no record at an offset, with the ways to those around it.

    Raises:
        NotFound: a part of a page asks for it.
    """
    failure = NotFound(
        f"There is no record at offset {offset:,} of partition {partition}.",
        "It may have been deleted, be compacted away, or be a transaction's marker.",
    )
    if wants_part(request):
        raise failure
    place = {"partition": partition, "offset": offset, "failure": failure}
    return page(request, "topics/record_gone.html", context | place, status=404)


def neighbour(
    request: HttpRequest,
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    place: tuple[int, int],
    step: str,
) -> HttpResponse:
    """Go to the record before or behind a place; offsets between them may have none."""
    partition, offset = place
    beside = {"seek": "offset", "offset": offset + 1} if step == "next" else {"seek": "newest", "to_offset": offset - 1}
    beside_it = first_record(cluster, topic, leaders, partition, beside) if offset or step == "next" else None
    if beside_it is None:
        messages.info(request, BEYOND[step])
    offset = beside_it.offset if beside_it else offset
    return redirect(reverse("topic-message", cluster.slug, topic, partition, offset, query=formats_in(request.GET)))


def copies(
    request: HttpRequest,
    cluster: Cluster,
    topic: str,
    record: Record,
    decoding: Decoding,
    formats: Mapping[str, str],
) -> list[tuple[str, str]]:
    """Return what may be copied, each with its name."""
    query = urlencode(
        {"seek": "offset", "offset": record.offset, "partitions": record.partition, "limit": 1, **formats}
    )
    area = reverse("topic", cluster.slug, topic).rstrip("/")
    home = reverse("home")
    api = request.build_absolute_uri(f"{home}api/v1/{area.removeprefix(home)}/messages?{query}")
    return [
        ("kcat command", copying.kcat(cluster.connection(), topic, record.partition, record.offset)),
        ("curl command", copying.curl(api)),
        ("Record as JSON", copying.as_json(record, decoding)),
    ]
