"""Creating users, setting passwords and deleting credentials, each through ``apply_change``."""

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from clusters.access import cluster_view
from clusters.approvals.gate import require_typed_password
from clusters.changes import applies, apply_confirmed, check, confirmed_digest
from clusters.form_fields import is_named
from clusters.gateway.access import users as kafka
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.models import Cluster
from clusters.users import inventory_rows, plan
from clusters.users.creation import Outcome, apply_all, check_all, parts_of, plans_of
from clusters.users.forms import NewUserForm, PasswordForm
from clusters.users.passwords import generate
from clusters.users.queries import surroundings_of
from core.plan import Plan, Plans
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@never_cache
@cluster_view("users.manage", change=True)
def create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Create a user with the ACLs and quotas that it needs, by a POST from the plan that another POST showed."""
    form = NewUserForm(request.POST or None)
    planned: Plans | None = None
    if form.is_valid():
        password = form.cleaned_data["password"] or generate()
        try:
            parts = parts_of(cluster, form, password)
            planned = plans_of(parts)
            if applies(request):
                outcomes = apply_all(request, cluster, parts, confirmed_digest(request))
                return created(request, cluster, form, password, outcomes)
            check_all(request, cluster, parts)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "plan": None if form.errors else planned}
    return page(request, "users/new.html", context, "plan", status=422 if form.errors else 200)


def created(
    request: HttpRequest, cluster: Cluster, form: NewUserForm, password: str, outcomes: Sequence[Outcome]
) -> HttpResponse:
    """Show a generated password this once, and what could not be done; otherwise go to the user's page."""
    user = form.cleaned_data["name"]
    failed = [outcome for outcome in outcomes if outcome.problem]
    if form.cleaned_data["password"] and not failed:
        toast(request, f"User {user} created.", "Undo…", reverse("user-delete", cluster.slug, user))
        return redirect(reverse("user", cluster.slug, user))
    shown = "" if form.cleaned_data["password"] else password
    return password_page(request, form.credential(user), shown, failed, status=201)


def password_page(
    request: HttpRequest,
    credential: kafka.ScramCredential,
    password: str,
    failed: Sequence[Outcome] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"credential": credential, "password": password, "failed": failed}
    return page(request, "users/password_set.html", context, status=status)


@never_cache
@cluster_view("users.manage", change=True)
def set_password(request: HttpRequest, cluster: Cluster, user: str) -> HttpResponse:
    """Set a user's password for a mechanism, whether or not it has one."""
    form = PasswordForm(request.POST or None, initial={"mechanism": request.GET.get("mechanism", "")})
    planned: Plan | None = None
    if form.is_valid():
        credential = form.credential(user)
        password = form.cleaned_data["password"] or generate()
        try:
            present = kafka.describe(cluster.connection(), user)
            planned = plan.write(credential, present, surroundings_of(cluster))
            require_typed_password(cluster, planned, form.cleaned_data["password"])
            if applies(request) and is_named(cluster, form, "user", user):
                write = partial(kafka.write, cluster.connection(), credential, password)
                apply_confirmed(request, cluster, planned, write)
                inventory_rows.credential_written(cluster, credential)
                if not form.cleaned_data["password"]:
                    return password_page(request, credential, password)
                toast(request, f"Password of {user} set for {credential.mechanism}.")
                return redirect(reverse("user", cluster.slug, user))
            check(request, cluster, planned)
        except KafkaFailure as failure:
            form.show_refusal(failure)
            planned = None
    context = {"user_name": user, "form": form, "plan": planned, "ask_name": cluster.is_production}
    return page(request, "users/password.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("users.manage", change=True)
def delete(request: HttpRequest, cluster: Cluster, user: str) -> HttpResponse:
    """Delete a user's credentials: all of them, or those of the mechanism that the address names."""
    present = kafka.describe(cluster.connection(), user)
    mechanisms = [credential.mechanism for credential in present]
    if mechanism := request.GET.get("mechanism", ""):
        mechanisms = [name for name in mechanisms if name == mechanism]
    if not mechanisms:
        raise NotFound(f"{user} has no {mechanism or 'SCRAM'} credential.", "Refresh the list.")
    planned = plan.delete(user, mechanisms, present, surroundings_of(cluster))
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == user:
        remove = partial(kafka.delete, cluster.connection(), user, mechanisms)
        apply_confirmed(request, cluster, planned, remove)
        inventory_rows.credentials_deleted(cluster, user, mechanisms)
        toast(request, f"Credentials of {user} deleted: {', '.join(mechanisms)}.")
        return redirect(reverse("users", cluster.slug))
    check(request, cluster, planned)
    wrong = request.method == "POST"
    context = {"noun": "user", "name": user, "plan": planned, "typed": typed, "wrong": wrong}
    return page(request, "parts/delete.html", context, status=422 if wrong else 200)
