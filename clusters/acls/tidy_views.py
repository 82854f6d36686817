"""The pages that tidy up: ACLs that nobody needs, and one principal's rights for another."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.acls import inventory_rows
from clusters.acls.copying import AclCopy, plan_copy
from clusters.acls.forms import CopyAclsForm
from clusters.acls.tidying import tidying_of
from clusters.changes import applies, apply_confirmed, check
from clusters.gateway.access import acls as kafka
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("acls.view")
def tidy_up(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show ACLs that change nothing, and those that seem to be unused; they are deleted as in the list."""
    return page(request, "acls/tidy_up.html", {"tidying": tidying_of(request, cluster)})


@cluster_view("acls.create", change=True)
def copy(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show which ACLs give a principal the rights of another one, or create them."""
    form = CopyAclsForm(request.POST or None, initial={"source": request.GET.get("source", "")})
    copied: AclCopy | None = None
    if form.is_valid():
        try:
            copied = plan_copy(request, cluster, **form.cleaned_data)
            if applies(request):
                create = partial(kafka.create, cluster.connection(), copied.acls)
                apply_confirmed(request, cluster, copied.plan, create)
                inventory_rows.granted(cluster, copied.acls)
                target = form.cleaned_data["target"]
                toast(request, f"{plural(len(copied.acls), 'ACL')} created for {target}.")
                return redirect(reverse("principal", cluster.slug, target))
            check(request, cluster, copied.plan)
        except KafkaFailure as failure:
            form.show_refusal(failure)
            copied = None
    context = {"form": form, "plan": copied and copied.plan}
    return page(request, "acls/copy.html", context, "plan", status=422 if form.errors else 200)
