"""Pages of delegation tokens: the list, creating, renewing and expiring."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from clusters.access import cluster_view, sees
from clusters.changes import applies, apply_confirmed, check
from clusters.form_fields import is_named
from clusters.gateway.access import delegation_tokens as kafka
from clusters.gateway.access.delegation_tokens import DelegationToken, NewToken
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from clusters.users.tokens import plan
from clusters.users.tokens.forms import ExpireTokenForm, NewTokenForm, RenewTokenForm
from clusters.users.tokens.queries import can_change, token_of, tokens_in_sight
from core.plan import Plan
from core.web.lists import list_state
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

MOST = 500  # tokens on a page


@cluster_view("users.view")
def tokens(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """List the tokens that Kafka has now, without their secrets."""
    state = list_state(request, columns=("owner",), default="owner")
    context: dict[str, Any] = {"state": state}
    try:
        listed = tokens_in_sight(cluster, partial(sees, request, cluster, "users.view"))
        shown = [token for token in listed if state.q.lower() in token.owner.lower()]
        context |= {"rows": [(token, can_change(cluster, token)) for token in shown[:MOST]], "count": len(shown)}
    except KafkaFailure as failure:
        context["problem"] = failure
    return page(request, "users/tokens/list.html", context, "rows")


@never_cache
@cluster_view(plan.ACTION, change=True)
def create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Create a token: the first POST shows the plan, another applies it and shows the secret this once."""
    own = cluster.own_principal
    form = NewTokenForm(request.POST or None, initial={"owner": request.GET.get("owner", ""), "renewers": own})
    planned: Plan | None = None
    if form.is_valid():
        owner, renewers, lifetime = (form.cleaned_data[name] for name in ("owner", "renewers", "lifetime"))
        planned = plan.create(owner, renewers, lifetime, own)
        try:
            if applies(request) and is_named(cluster, form, "owner", owner):
                created: list[NewToken] = []
                write = partial(kafka.create, cluster.connection(), owner, renewers, plan.in_ms(lifetime), own=own)
                apply_confirmed(request, cluster, planned, lambda: created.append(write()))
                return page(request, "users/tokens/created.html", {"token": created[0], "owner": owner}, status=201)
            check(request, cluster, planned)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "plan": None if form.errors else planned, "ask_name": cluster.is_production}
    return page(request, "users/tokens/new.html", context, "plan", status=422 if form.errors else 200)


def token_for(request: HttpRequest, cluster: Cluster, token: str) -> DelegationToken:
    """Return the token that an address names, if the person may see its owner.

    Raises:
        NotFound: there is none.
        KafkaFailure: with the cause.
    """
    return token_of(cluster, partial(sees, request, cluster, "users.view"), token)


@cluster_view(plan.ACTION, change=True)
def renew(request: HttpRequest, cluster: Cluster, token: str) -> HttpResponse:
    """Have a token expire later, or sooner: a POST shows the plan, and a POST from the shown plan applies it."""
    present = token_for(request, cluster, token)
    form = RenewTokenForm(request.POST or None)
    planned: Plan | None = None
    if form.is_valid():
        period = form.cleaned_data["period"]
        planned = plan.renew(present, period)
        try:
            check(request, cluster, planned)
            if applies(request) and is_named(cluster, form, "owner", present.owner):
                write = partial(kafka.renew, cluster.connection(), token, plan.in_ms(period))
                apply_confirmed(request, cluster, planned, write)
                toast(request, f"Delegation token of {present.owner} renewed.")
                return redirect(reverse("delegation-tokens", cluster.slug))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "token": present, "plan": planned, "ask_name": cluster.is_production}
    return page(request, "users/tokens/renew.html", context, "plan", status=422 if form.errors else 200)


@cluster_view(plan.ACTION, change=True)
def expire(request: HttpRequest, cluster: Cluster, token: str) -> HttpResponse:
    """End a token: the first look shows the plan, confirming it applies it."""
    present = token_for(request, cluster, token)
    planned = plan.expire(present)
    check(request, cluster, planned)
    form = ExpireTokenForm(request.POST or None)
    if form.is_valid() and is_named(cluster, form, "owner", present.owner):
        try:
            write = partial(kafka.expire, cluster.connection(), token)
            apply_confirmed(request, cluster, planned, write)
            toast(request, f"Delegation token of {present.owner} expired.")
            return redirect(reverse("delegation-tokens", cluster.slug))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "token": present, "plan": planned, "ask_name": cluster.is_production}
    return page(request, "users/tokens/expire.html", context, status=422 if form.errors else 200)
