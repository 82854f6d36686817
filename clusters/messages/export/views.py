"""The records of a query as a file."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.messages.access import may_unmask
from clusters.messages.export.files import ExportForm, export_file
from clusters.messages.export.records import MOST, Export
from clusters.messages.forms import NEWEST, MessagesForm
from clusters.messages.own_types import OwnTypes
from clusters.messages.queries import PASSING, fixed
from clusters.messages.reading.topic import topic_log
from clusters.models import Cluster
from core.web.paths import reverse

NOT_OF_QUERY = (*PASSING, "columns", "limit", "format", "records")


@cluster_view("messages.export")
def export(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponseBase:
    """Send the records of the page's query, from its beginning on."""
    log = topic_log(cluster, topic)
    query = {"seek": NEWEST, **request.GET.dict()}
    for name in NOT_OF_QUERY:
        query.pop(name, None)
    form, file_form = MessagesForm(query, log=log, types=OwnTypes(cluster)), ExportForm(request.GET)
    if not form.is_valid():  # the page says what is wrong with the query
        return redirect(reverse("topic-messages", cluster.slug, topic, query=query))
    if not file_form.is_valid():
        raise Http404(f"There is no such file: format is csv or jsonl, records 1 to {MOST:,}.")
    values = file_form.cleaned_data
    clear = may_unmask(request, cluster, topic)
    chosen = Export(cluster, log, fixed(query, form), values["records"], clear)
    return export_file(request, chosen, form, values["format"])
