"""Looking at a topic's records. What is asked for is in the address, so that it can be shared."""

from django.http import HttpRequest, HttpResponse

from clusters.access import cluster_view
from clusters.messages.forms import NEWEST, PAGE, MessagesForm
from clusters.messages.reading import Found, found, partitions_of
from clusters.messages.rendering import row_of
from clusters.models import Cluster
from core.web.page import page


@cluster_view("messages.view")
def messages(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show a page of records; the newest ones where nothing else is asked for."""
    leaders = partitions_of(cluster, topic)
    form = MessagesForm({"seek": NEWEST, "limit": PAGE, **request.GET.dict()}, present=set(leaders))
    read = found(cluster.connection(), topic, leaders, form) if form.is_valid() else None
    context = {
        "topic": topic,
        "tab": "messages",
        "form": form,
        "found": read,
        "rows": [row_of(record) for record in read.records] if read else [],
        "more": more(request, read) if read else "",
    }
    return page(request, "topics/messages.html", context, "rows", status=422 if form.errors else 200)


def more(request: HttpRequest, read: Found) -> str:
    """Return the query of the next page; nothing where there is none."""
    query = request.GET.copy()
    query["cursor"] = read.cursor
    return query.urlencode() if read.cursor else ""
