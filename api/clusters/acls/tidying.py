"""ACLs that nobody needs, and one principal's rights for another."""

from typing import Any

from ninja import Field, Query, Schema, Status

from api.clusters.acls.listing import ACLS, AclOut, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CREATED, ChangeParams, change
from api.kit.problems import invalid
from api.kit.types import Body, Line
from clusters.acls import inventory_rows
from clusters.acls.copying import plan_copy
from clusters.acls.forms import CopyAclsForm
from clusters.acls.tidying import Tidying, tidying_of
from clusters.gateway.access import acls as kafka

MOST = 1000


class TidyAclOut(Schema):
    """An ACL that could be deleted."""

    acl: AclOut
    kind: str = Field(description="`duplicate`, `shadowed`, `denied` or `unused`.")
    reason: str


class TidyingOut(Schema):
    """ACLs that could be deleted, as of the last refresh."""

    without_effect: list[TidyAclOut] = Field(description="Deleting all of them changes no decision of the brokers.")
    unused: list[TidyAclOut] = Field(description="They have an effect, but name nothing that is known now.")
    more_without_effect: int = Field(description=f"Beyond the first {MOST:,}.")
    more_unused: int = Field(description=f"Beyond the first {MOST:,}.")


class AclCopyIn(Body):
    """Two principals."""

    source: Line = Field(max_length=255, description="Whose rights to copy, e.g. User:orders.")
    target: Line = Field(max_length=255, description="Who gets them.")


@router.get(f"{ACLS}/tidy-up", response=TidyingOut, auth=on_cluster("acls.view"))
def list_tidy_acls(request: ApiRequest) -> Tidying:
    """List ACLs that change nothing because of others, and those that seem to be unused."""
    return tidying_of(request, request.cluster, MOST)


@router.post(f"{ACLS}/copy", response=CREATED, auth=on_cluster("acls.create", change=True))
def copy_acls(request: ApiRequest, body: AclCopyIn, params: Query[ChangeParams]) -> Status[Any]:
    """Create the ACLs that a principal lacks for the rights of another one."""
    cluster = request.cluster
    copied = plan_copy(request, cluster, *principals_of(body))
    return change(
        request,
        params,
        copied.plan,
        lambda: kafka.create(cluster.connection(), copied.acls),
        after=lambda: inventory_rows.granted(cluster, copied.acls),
        status=201,
    )


def principals_of(body: AclCopyIn) -> tuple[str, str]:
    """Return the principals, checked as the page's form does.

    Raises:
        Refused: one is none.
    """
    form = CopyAclsForm(body.model_dump())
    if not form.is_valid():
        raise invalid(form)
    return form.cleaned_data["source"], form.cleaned_data["target"]
