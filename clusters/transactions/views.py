"""Transactions: all ids, one of them, those that hang, producers of a topic, and aborting. Nothing of it is stored."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import refuse
from clusters.access import cluster_view, may_exist, objection, sees
from clusters.changes import apply_confirmed, check
from clusters.gateway import transactions as kafka
from clusters.gateway.errors import NotAuthorized, NotFound
from clusters.gateway.result import Partial
from clusters.gateway.transactions import Producer
from clusters.models import Cluster
from clusters.transactions import plan, queries
from clusters.transactions.forms import AbortForm, HangingForm, ProducersForm
from clusters.transactions.queries import MAX_TIMEOUT_MIN, MOST, HangingTransaction, moment
from core.web.lists import list_state
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

TABS = [("transactions", "Transactional ids"), ("hanging-transactions", "Hanging"), ("producers", "Producers")]


@cluster_view("transactions.view")
def transactions(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """List transactional ids as their coordinators do now."""
    state = list_state(request, columns=("transactional_id",), default="transactional_id", filters=("state",))
    listed = queries.listed(cluster, partial(sees, request, cluster, "transactions.view"), state.q)
    chosen = state.filters["state"]
    shown = [listing for listing in listed.items if chosen in {"", listing.state}]
    context = {
        "tabs": TABS,
        "state": state,
        "states": sorted({listing.state for listing in listed.items} | ({chosen} if chosen else set())),
        "listings": shown[:MOST],
        "count": len(shown),
        "problems": listed.failures,
    }
    return page(request, "transactions/list.html", context, "rows")


@cluster_view("transactions.view")
def detail(request: HttpRequest, cluster: Cluster, transaction: str) -> HttpResponse:
    """Show one transactional id: its state, its producer, and the partitions of its open transaction."""
    described = queries.described(cluster, transaction)
    visible = [key for key in described.partitions if sees(request, cluster, "topics.view", key[0])]
    context = {
        "transaction": described,
        "started": moment(described.started_ms),
        "partitions": visible,
        "hidden": len(described.partitions) - len(visible),
    }
    return page(request, "transactions/detail.html", context)


def require_topic(request: HttpRequest, cluster: Cluster, topic: str) -> None:
    """Refuse a topic that the person may not see, or that cannot exist.

    Raises:
        NotAuthorized: no grant covers it.
        NotFound: no topic has such a name.
    """
    if reason := objection(request, "transactions.view", cluster, topic, change=False):
        raise NotAuthorized(reason)
    if not may_exist(topic):
        raise NotFound("This is not a legal topic name.", "Check the name.")


@cluster_view("transactions.view")
def hanging(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Find transactions that no coordinator will end, when asked to."""
    form = HangingForm(request.GET or None)
    result: Partial[HangingTransaction] | None = None
    if form.is_valid():
        topic, minutes = form.cleaned_data["topic"], form.cleaned_data["minutes"]
        if topic:
            require_topic(request, cluster, topic)
        sees_topic = partial(sees, request, cluster, "transactions.view")
        result = queries.find_hanging(cluster, sees_topic, topic, MAX_TIMEOUT_MIN if minutes is None else minutes)
    context = {"form": form, "result": result, "tabs": TABS}
    return page(request, "transactions/hanging.html", context, status=422 if form.errors else 200)


@cluster_view("transactions.view")
def producers(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the producers that the leaders of a topic's partitions remember."""
    form = ProducersForm(request.GET or None)
    answered: Partial[Producer] | None = None
    if form.is_valid():
        topic, partition = form.cleaned_data["topic"], form.cleaned_data["partition"]
        require_topic(request, cluster, topic)
        answered = queries.producers_of(cluster, topic, partition)
    rows = [(item, moment(item.last_timestamp_ms)) for item in answered.items[:MOST]] if answered else []
    context = {
        "tabs": TABS,
        "form": form,
        "result": answered,
        "rows": rows,
        "count": len(answered.items) if answered else 0,
    }
    return page(request, "transactions/producers.html", context, status=422 if form.errors else 200)


@cluster_view("transactions.abort", change=True)
def abort(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Abort a transaction on the partition that the address names, after showing the plan."""
    form = AbortForm(request.GET)
    if not form.is_valid() or not may_exist(form.cleaned_data["topic"]):
        raise NotFound("The address names no open transaction.", "Choose one in the list of producers.")
    topic = form.cleaned_data["topic"]
    if reason := objection(request, plan.ACTION, cluster, topic, change=True):
        return refuse(request, plan.ACTION, cluster.slug, topic, reason)
    producer, transactional_id = queries.open_producer(cluster, **form.cleaned_data)
    planned = plan.abort(producer, coordinated_by=transactional_id)
    typed = request.POST.get("confirm", "")
    wrong = request.method == "POST" and cluster.is_production and typed != topic
    if request.method == "POST" and not wrong:
        write = partial(kafka.abort, cluster.connection(), producer)
        apply_confirmed(request, cluster, planned, write)
        toast(request, f"Transaction on {topic}-{producer.partition} aborted.")
        query = {"topic": topic, "partition": producer.partition}
        return redirect(reverse("producers", cluster.slug, query=query))
    check(request, cluster, planned)
    context = {"plan": planned, "topic": topic, "partition": producer.partition, "wrong": wrong, "typed": typed}
    return page(request, "transactions/abort.html", context, status=422 if wrong else 200)
