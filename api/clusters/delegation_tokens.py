"""Delegation tokens: listed from Kafka, created, renewed and expired through ``clusters.changes``."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, Change, ConfirmedChangeParams, StepOut, change, require_name
from api.kit.idempotency import key_of
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Line
from clusters.access import sees
from clusters.gateway.access import delegation_tokens as kafka
from clusters.gateway.access.delegation_tokens import NewToken
from clusters.users.tokens import plan
from clusters.users.tokens.forms import NewTokenForm, RenewTokenForm
from clusters.users.tokens.queries import token_of, tokens_in_sight

router = Router(tags=["Users"])
TOKENS = "/delegation-tokens"
TOKEN = f"{TOKENS}/{{str:token}}"
ONCE = "The HMAC is returned once, so it cannot be repeated under an Idempotency-Key."
PERIOD = "ISO 8601, e.g. P7D; the brokers' default without one."


class DelegationTokenOut(Schema):
    """A delegation token, without its HMAC."""

    id: str
    owner: str
    requester: str = Field(description="Who created it; empty before Kafka 3.3.")
    renewers: list[str]
    issued_at: datetime | None
    expires_at: datetime | None
    max_at: datetime | None = Field(description="Until when it can be renewed.")


class NewDelegationTokenIn(Body):
    """A token of an owner, who needs Kafka 3.3 if that is not the principal that kafkaadmin authenticates as."""

    owner: Line = Field(max_length=255, description="A principal, e.g. User:billing.")
    renewers: list[Line] = Field([], max_length=50, description="Principals that may renew and expire it, too.")
    lifetime: Line = Field("", max_length=100, description=PERIOD)


class RenewalIn(Body):
    """When to expire."""

    period: Line = Field("", max_length=100, description=PERIOD)


class DelegationTokenChange(Change):
    """What was done or planned; the token and its HMAC only when it was created, and only now."""

    token: str | None = None
    hmac: str | None = None
    steps: list[StepOut]


@router.get(TOKENS, response=list[DelegationTokenOut], auth=on_cluster("users.view"))
def list_delegation_tokens(request: ApiRequest) -> list[Any]:
    """Ask Kafka for the delegation tokens that it lets kafkaadmin see, without their HMACs."""
    return tokens_in_sight(request.cluster, partial(sees, request, request.cluster, "users.view"))


@router.post(
    TOKENS, response={200: DelegationTokenChange, 201: DelegationTokenChange}, auth=on_cluster(plan.ACTION, change=True)
)
def create_delegation_token(
    request: ApiRequest, body: NewDelegationTokenIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Create a token; its HMAC is in this answer only. Production requires the owner in `confirm`."""
    if key_of(request):
        raise Refused(422, ONCE, "Send no Idempotency-Key.", {"Idempotency-Key": [ONCE]})
    form = NewTokenForm({"owner": body.owner, "renewers": "\n".join(body.renewers), "lifetime": body.lifetime})
    if not form.is_valid():
        raise invalid(form)
    owner, renewers, lifetime = (form.cleaned_data[name] for name in ("owner", "renewers", "lifetime"))
    require_name(request.cluster, params, params.confirm, owner)
    created: list[NewToken] = []
    own = request.cluster.own_principal
    write = partial(kafka.create, request.cluster.connection(), owner, renewers, plan.in_ms(lifetime), own=own)
    answer = change(
        request,
        params,
        plan.create(owner, renewers, lifetime, own),
        lambda: created.append(write()),
        after=lambda: None,
    )
    result = DelegationTokenChange(**answer.value.model_dump())
    if not created:
        return Status(200, result)
    return Status(201, result.model_copy(update={"token": created[0].id, "hmac": created[0].hmac}))


@router.post(f"{TOKEN}/renew", response=CHANGED, auth=on_cluster(plan.ACTION, change=True))
def renew_delegation_token(
    request: ApiRequest, token: str, body: RenewalIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Have a token expire a period from now. Only its owner and renewers may: kafkaadmin has to be one of them."""
    present = token_of(request.cluster, partial(sees, request, request.cluster, "users.view"), token)
    form = RenewTokenForm(body.model_dump())
    if not form.is_valid():
        raise invalid(form)
    period: timedelta | None = form.cleaned_data["period"]
    require_name(request.cluster, params, params.confirm, present.owner)
    write = partial(kafka.renew, request.cluster.connection(), token, plan.in_ms(period))
    return change(request, params, plan.renew(present, period), write, after=lambda: None)


@router.delete(TOKEN, response=CHANGED, auth=on_cluster(plan.ACTION, change=True))
def expire_delegation_token(request: ApiRequest, token: str, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Have a token expire at once. Only its owner and renewers may: kafkaadmin has to be one of them."""
    present = token_of(request.cluster, partial(sees, request, request.cluster, "users.view"), token)
    require_name(request.cluster, params, params.confirm, present.owner)
    write = partial(kafka.expire, request.cluster.connection(), token)
    return change(request, params, plan.expire(present), write, after=lambda: None)
