"""ACLs: the list from the inventory; granting and revoking through ``apply_change``."""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.acl_words import words
from clusters.acls import inventory_rows, plan, principals
from clusters.acls.forms import NewAclForm
from clusters.acls.queries import FILTERS, acl_with, acls_in_sight, filtered, surroundings_of
from clusters.acls.templates import OPERATIONS
from clusters.authorizer.decisions import EVERYONE
from clusters.changes import apply_confirmed, check
from clusters.gateway.access import acls as kafka
from clusters.gateway.access.acls import Acl
from clusters.gateway.errors import KafkaFailure
from clusters.inventory.access import acl_of, settings_of
from clusters.models import AclEntry, Cluster
from core.plan import Plan
from core.web.export import export, export_format
from core.web.formats import plural
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("acls.view")
def acls(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List ACLs; sorting by principal or by resource groups them."""
    state = list_state(request, columns=AclEntry.KEY, default="principal", filters=FILTERS)
    rows = acls_in_sight(request, cluster)
    total = rows.count()
    rows = filtered(rows, state.q, state.filters)
    if export_format(request):
        return export(request, ordered(rows, state.sort), AclEntry.KEY, "acls")
    context = {
        "state": state,
        "page": page_of(rows, state),
        "everything": total,
        "types": list(OPERATIONS),
    }
    return page(request, "acls/list.html", context, "rows")


@cluster_view("acls.view")
def principal(request: HttpRequest, cluster: Cluster, principal: str) -> HttpResponseBase:
    """Show what a principal may do, and the ACLs that say so: its own, and those of everyone."""
    state = list_state(request, columns=AclEntry.KEY, default="resource_name")
    rows = principals.entries_of(request, cluster, principal)
    if export_format(request):
        return export(request, ordered(rows, state.sort), AclEntry.KEY, "acls")
    listed, settings = page_of(rows, state), settings_of(cluster)
    every = AclEntry.objects.filter(cluster=cluster, principal__in={principal, EVERYONE})
    acls = principals.PrincipalAcls(principal, settings, map(acl_of, every))
    context = {
        "principal": principal,
        "state": state,
        "page": listed,
        "settings": settings,
        "is_super_user": principal in (settings.super_users or ()),
        "patterns": principals.accesses(request, cluster, listed, acls),
    }
    return page(request, "acls/principal.html", context)


@cluster_view("acls.create", change=True)
def create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Grant one entry, or what a producer or consumer needs."""
    form = NewAclForm(request.POST or None, initial=request.GET.dict())
    planned: Plan | None = None
    if form.is_valid():
        requested = form.acls()
        try:
            planned = plan.create(requested, kafka.list_acls(cluster.connection()), surroundings_of(cluster))
            preview = request.POST.get("action") == "preview" or is_surprising(request, planned)
            if preview or not planned.steps:
                check(request, cluster, planned)
            if not planned.steps:
                form.add_error(None, "Nothing to create: these ACLs exist already.")
            elif not preview:
                apply_create(request, cluster, planned, requested)
                principal = requested[0].principal
                sentence = f"{plural(len(planned.steps), 'ACL')} created for {principal}."
                toast(request, sentence, "Undo…", deletion_url(cluster, requested))
                return redirect(reverse("acls", cluster.slug, query={"q": principal}))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "plan": None if form.errors else planned}
    return page(request, "acls/new.html", context, "plan", status=422 if form.errors else 200)


def deletion_url(cluster: Cluster, created: tuple[Acl, ...]) -> str:
    """Return the address of the plan to delete one ACL again; of several, each is deleted from the list."""
    if len(created) != 1:
        return ""
    return reverse("acl-delete", cluster.slug, query={name: getattr(created[0], name) for name in AclEntry.KEY})


def is_surprising(request: HttpRequest, planned: Plan) -> bool:
    """Tell whether a grant has warnings that the person has not seen: they come before it is made."""
    return bool(planned.warnings) and request.POST.get("plan") != planned.digest


def apply_create(request: HttpRequest, cluster: Cluster, planned: Plan, requested: tuple[Acl, ...]) -> None:
    """Create the entries and add them to the list at once. Creating one that exists changes nothing."""
    apply_confirmed(request, cluster, planned, lambda: kafka.create(cluster.connection(), requested))
    inventory_rows.granted(cluster, requested)


@cluster_view("acls.delete", change=True)
def delete(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Revoke one entry, identified by its seven fields, after showing the plan."""
    data = request.POST if request.method == "POST" else request.GET
    fields = {name: data.get(name, "") for name in AclEntry.KEY}
    present = kafka.list_acls(cluster.connection())
    acl = acl_with(fields, present)
    planned = plan.delete(acl, present, surroundings_of(cluster))
    wrong = request.method == "POST" and cluster.is_production and request.POST.get("confirm", "") != cluster.name
    if request.method != "POST" or wrong:
        check(request, cluster, planned)
    if request.method == "POST" and not wrong:
        revoke = partial(kafka.delete, cluster.connection(), [acl])
        apply_confirmed(request, cluster, planned, revoke)
        inventory_rows.revoked(cluster, acl)
        sentence = f"ACL deleted: {acl.principal} {words(acl)}."
        toast(request, sentence, "Undo…", reverse("acl-new", cluster.slug, query=fields))
        return redirect(reverse("acls", cluster.slug))
    context = {"plan": planned, "fields": fields, "wrong": wrong, "typed": request.POST.get("confirm", "")}
    return page(request, "acls/delete.html", context, status=422 if wrong else 200)
