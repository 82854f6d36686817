"""ACLs: the list comes from the inventory; granting and revoking go through ``clusters.changes``."""

from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import CHANGED, CREATED, ChangeParams, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.paging import paged, paged_names
from api.kit.problems import invalid
from api.kit.types import Body, Line, Listing, Page, Pages, SortBy, Text
from clusters.acls import inventory_rows, plan
from clusters.acls.forms import AccessForm, NewAclForm
from clusters.acls.queries import FILTERS, acl_with, acls_in_sight, decide, filtered, surroundings_of
from clusters.authorizer.access import PrincipalAccess, access_of, principals_of
from clusters.changes import check
from clusters.gateway.access import acls as kafka
from clusters.inventory.access import OPERATIONS, containing, resource_acls
from clusters.inventory.acls import acls_concerning
from clusters.models import AclEntry

router = Router(tags=["ACLs"])
ACLS = "/acls"


class AclOut(Schema):
    """An ACL, in Kafka's terms."""

    principal: str
    host: str
    operation: str
    permission: str
    resource_type: str
    resource_name: str
    pattern_type: str


class AclsParams(Listing):
    """Query parameters of the list of ACLs."""

    sort: Annotated[str, SortBy(AclEntry.KEY)] = "principal"
    resource_type: Text = ""
    operation: Text = ""
    permission: Text = ""


class NewAclIn(Body):
    """One ACL, or with a template the ACLs that a producer or a consumer needs."""

    template: Literal["custom", "producer", "consumer"] = "custom"
    principal: Line = Field(max_length=255, description="User:name, or User:* for everyone.")
    host: Line = Field("*", max_length=255)
    resource_type: Text = "TOPIC"
    resource_name: Line = Field(
        "", max_length=511, description="The topic name for the templates producer and consumer."
    )
    pattern_type: Literal["LITERAL", "PREFIXED"] = "LITERAL"
    operation: Text = ""
    permission: Literal["ALLOW", "DENY"] = "ALLOW"
    group: Line = Field("", max_length=511, description="The consumer group.")


class RevokeParams(ConfirmedChangeParams):
    """The ACL to delete, by its seven fields."""

    principal: Text
    host: Text = "*"
    operation: Text
    permission: Text = "ALLOW"
    resource_type: Text
    resource_name: Text
    pattern_type: Text = "LITERAL"


class AccessParams(Schema):
    """A principal, an operation, and the resource it is on."""

    principal: Text = Field(description="Type:name, e.g. User:orders.")
    resource_type: Text = "TOPIC"
    resource_name: Text = Field("", description="The name itself, not a pattern; CLUSTER has only one.")
    operation: Text
    host: Text = Field("", description="The client's IP address; without one, a host that no ACL names.")


class AccessOut(Schema):
    """What the authorizer decides."""

    allowed: bool | None = Field(description="null where no ACL is found and the brokers hide what then holds.")
    reason: str = Field(description="`ACL`, `super user`, `no ACL matches`, or one that begins with `no ACL found`.")
    sentence: str
    acl: AclOut | None = Field(description="The ACL that decides.")
    super_users_known: bool = Field(description="If not, any principal could be a super user, with full access.")


@router.get(ACLS, response=Page[AclOut], auth=on_cluster("acls.view"))
def list_acls(request: ApiRequest, params: Query[AclsParams]) -> dict[str, Any]:
    """List ACLs, as of the last refresh of the cluster."""
    filters = {name: getattr(params, name) for name in FILTERS}
    return paged(filtered(acls_in_sight(request, request.cluster), params.q, filters), params, params.sort)


@router.get(f"{ACLS}/access", response=AccessOut, auth=on_cluster("acls.view"))
def get_access(request: ApiRequest, params: Query[AccessParams]) -> dict[str, Any]:
    """Tell whether a principal has access to a resource, as the brokers' authorizer decides it, and which ACL decides.

    It is evaluated with the ACLs as of the last refresh.
    """
    form = AccessForm(params.model_dump())
    if not form.is_valid():
        raise invalid(form)
    demand(request, request.cluster, "acls.view", form.cleaned_data["resource_name"])
    access = decide(request.cluster, form.cleaned_data)
    return {
        "allowed": access.decision.allowed,
        "reason": str(access.decision.reason),
        "sentence": access.sentence,
        "acl": access.decision.acl,
        "super_users_known": access.super_users_known,
    }


class PrincipalsParams(Pages):
    """Query parameters of the principals that have access to a topic or a group."""

    resource_type: Literal["TOPIC", "GROUP"] = "TOPIC"
    resource_name: Text = Field(description="The name itself, not a pattern.")
    q: Text = Field("", max_length=255, description="Only principals whose names contain this text.")


class PrincipalAccessOut(Schema):
    """Access of a principal to the resource, by operation, from hosts that no ACL names."""

    principal: str
    is_super_user: bool
    allowed: dict[str, bool | None] = Field(description="null where the brokers hide what holds without an ACL.")
    reasons: list[str] = Field(description="What decides, also where another host makes a difference.")


class PrincipalsOut(Schema):
    """Principals that an ACL on the resource names, and super users, sorted by name."""

    items: list[PrincipalAccessOut]
    next: str | None = Field(description="Cursor of the next page.")
    total: int = Field(description="Of all principals, whatever is searched for.")
    super_users_known: bool


@router.get(f"{ACLS}/principals", response=PrincipalsOut, auth=on_cluster("acls.view"))
def list_principals(request: ApiRequest, params: Query[PrincipalsParams]) -> dict[str, Any]:
    """List who has access to a topic or a group, as the brokers' authorizer decides it."""
    demand(request, request.cluster, "acls.view", params.resource_name)
    acls = resource_acls(request.cluster, params.resource_type, params.resource_name)
    every = principals_of(acls)
    principals, following = paged_names(containing(every, params.q), params)
    operations = OPERATIONS[params.resource_type]
    items = [principal_out(access_of(acls, principal, operations)) for principal in principals]
    is_known = acls.settings.super_users is not None
    return {"items": items, "next": following, "total": len(every), "super_users_known": is_known}


def principal_out(access: PrincipalAccess) -> dict[str, Any]:
    return {
        "principal": access.principal,
        "is_super_user": access.is_super_user,
        "allowed": {cell.operation: cell.decision.allowed for cell in access.cells},
        "reasons": [reason for cell in access.cells for reason in cell.reasons],
    }


@router.get("/topics/{name:topic}/acls", response=list[AclOut], auth=on_cluster("acls.view"))
def list_acls_of_topic(request: ApiRequest, topic: str) -> list[AclEntry]:
    """List the ACLs that concern a topic: by its name, by a prefix of it, and by the wildcard."""
    return list(acls_concerning(request.cluster, "TOPIC", topic))


@router.get("/groups/{name:group}/acls", response=list[AclOut], auth=on_cluster("acls.view"))
def list_acls_of_group(request: ApiRequest, group: str) -> list[AclEntry]:
    """List the ACLs that concern a group: by its name, by a prefix of it, and by the wildcard."""
    return list(acls_concerning(request.cluster, "GROUP", group))


@router.post(ACLS, response=CREATED, auth=on_cluster("acls.create", change=True))
def grant_acls(request: ApiRequest, body: NewAclIn, params: Query[ChangeParams]) -> Status[Any]:
    """Create an ACL, or the ACLs that a producer or consumer needs. Existing ACLs stay as they are."""
    form = NewAclForm(body.model_dump())
    if not form.is_valid():
        raise invalid(form)
    acls, connection = form.acls(), request.cluster.connection()
    planned = plan.create(acls, kafka.list_acls(connection), surroundings_of(request.cluster))
    if not planned.steps:
        check(request, request.cluster, planned)
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    return change(
        request,
        params,
        planned,
        lambda: kafka.create(connection, acls),
        after=lambda: inventory_rows.granted(request.cluster, acls),
        status=201,
    )


@router.delete(ACLS, response=CHANGED, auth=on_cluster("acls.delete", change=True))
def revoke_acl(request: ApiRequest, params: Query[RevokeParams]) -> Status[Any]:
    """Delete an ACL; in production the cluster name must be confirmed."""
    connection = request.cluster.connection()
    present = kafka.list_acls(connection)
    acl = acl_with({name: getattr(params, name) for name in AclEntry.KEY}, present)
    require_name(request.cluster, params, params.confirm, request.cluster.name)
    return change(
        request,
        params,
        plan.delete(acl, present, surroundings_of(request.cluster)),
        lambda: kafka.delete(connection, [acl]),
        after=lambda: inventory_rows.revoked(request.cluster, acl),
    )
