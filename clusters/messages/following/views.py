"""The page that follows several topics; the topics, filters and cursors are in its address."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.access import refuse
from clusters.access import cluster_view, may_exist, sees
from clusters.messages.following.several import FILTERS, MOST, follow_topics, form_of
from clusters.messages.own_types import OwnTypes
from clusters.messages.reading.topic import TopicLog
from clusters.messages.rendering.columns import shown_columns
from clusters.models import Cluster
from core.web.page import page
from core.web.toasts import toast

ACTION = "messages.view"
SHOWN_COLUMNS = shown_columns(("time", "partition", "key", "value"))


@cluster_view(ACTION)
def follow_several(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """Show what is written to the selected topics, from now on; each request is one look."""
    if request.method == "POST":  # what was selected in the list
        return redirect(
            f"{request.path}?{urlencode({'selected': request.POST.getlist('selected')[:MOST]}, doseq=True)}"
        )
    topics = list(filter(may_exist, dict.fromkeys(request.GET.getlist("selected"))))[:MOST]
    if not topics:
        toast(request, "Select the topics to follow, five at most.")
        return redirect("topics", cluster.slug)
    for topic in topics:
        if not sees(request, cluster, ACTION, topic):
            return refuse(request, ACTION, cluster.slug, topic, f"You don't have access to records of {topic}.")
    cursors = request.GET.getlist("cursor")
    cursors = cursors if len(cursors) == len(topics) else [""] * len(topics)
    filters = {name: request.GET.get(name, "") for name in FILTERS}
    form = form_of(request.GET, "", TopicLog(cluster.slug, "", {}), len(topics), OwnTypes(cluster))
    context = {"topics": topics, "filters": filters, "form": form, "paused": bool(request.GET.get("stop"))}
    if context["paused"]:
        return page(request, "topics/follow.html", context | {"here": address(request, cursors)}, "stopped")
    return look(request, cluster, topics, cursors, context)


def look(
    request: HttpRequest, cluster: Cluster, topics: list[str], cursors: list[str], context: dict[str, object]
) -> HttpResponse:
    try:
        followed = follow_topics(request, cluster, topics, cursors)
    except ValueError as error:
        return page(request, "topics/follow.html", context | {"problem": str(error)}, "stopped", status=422)
    context |= {"followed": followed, "here": address(request, followed.cursors), "shown": SHOWN_COLUMNS}
    return page(request, "topics/follow.html", context, "look")


def address(request: HttpRequest, cursors: object) -> str:
    """Return the query of the next look."""
    query = request.GET.copy()
    query.pop("stop", None)
    query.setlist("cursor", list(cursors))  # type: ignore[call-overload]
    return query.urlencode()
