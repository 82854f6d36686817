"""The page with topics side by side, and the one that gives a topic another's configs."""

from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed
from clusters.form_fields import KafkaErrorForm, is_named, typed_name
from clusters.gateway import configs
from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.models import Cluster
from clusters.topics import rows
from clusters.topics.comparing.comparison import compare as rows_of
from clusters.topics.comparing.queries import MOST, compared_topics, keys_of, plan_alignment
from clusters.undo import undo_url
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


class AlignmentForm(KafkaErrorForm):
    confirm = typed_name("topic", ", and records may be deleted")


@cluster_view("topics.view")
def compare(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the configs of topics side by side; what was selected in the list comes as a POST."""
    if request.method == "POST":
        selected = request.POST.getlist("selected")[:MOST]
        query = urlencode([("topic", topic) for topic in selected])
        return redirect(f"{reverse('topics-compare', cluster.slug)}?{query}")
    problem, shows_all = "", bool(request.GET.get("all"))
    try:
        topics = compared_topics(request, keys_of(cluster, request.GET.getlist("topic")))
    except InvalidRequest as refusal:
        topics, problem = [], refusal.sentence
    context = {
        "topics": topics,
        "rows": rows_of(topics, only_differences=not shows_all) if len(topics) > 1 else [],
        "all": shows_all,
        "problem": problem,
        "most": MOST,
    }
    return page(request, "topics/compare.html", context, status=422 if problem else 200)


@cluster_view("topics.configure", change=True)
def align(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show what gives a topic the configs of another one, or do it."""
    values = request.POST if request.method == "POST" else request.GET
    source, names = values.get("source", "").replace("\0", ""), values.getlist("config")
    form = AlignmentForm(request.POST)
    form.full_clean()
    planned: Plan | None = None
    try:
        alignment, planned = plan_alignment(request, cluster, topic, source, names)
        alter = partial(configs.alter_topic, cluster.connection(), topic, set=alignment.changed, delete=alignment.reset)
        applies = request.POST.get("action") == "apply"
        if applies and (not planned.destructive or is_named(cluster, form, "topic", topic)):
            entry = apply_confirmed(request, cluster, planned, alter)
            rows.configs_changed(cluster, topic)
            toast(request, f"Configuration of {topic} updated.", "Undo…", undo_url(entry))
            return redirect(reverse("topic-configs", cluster.slug, topic))
        alter(validate_only=True)
    except KafkaFailure as failure:
        form.show_refusal(failure)
        planned = None
    asks = bool(planned and planned.destructive and cluster.is_production)
    context = {"topic": topic, "source": source, "names": names, "plan": planned, "form": form, "ask_name": asks}
    return page(request, "topics/align.html", context, status=422 if form.errors else 200)
