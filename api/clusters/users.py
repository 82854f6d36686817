"""Users and their SCRAM credentials: the list from the inventory, one user from Kafka; and changes."""

from functools import partial
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, Change, ChangeParams, ConfirmedChangeParams, StepOut, change, require_name
from api.kit.changes import serialize_step as step_out
from api.kit.idempotency import key_of
from api.kit.paging import paged
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Line, Listing, Page, SortBy, Text
from clusters.approvals.gate import require_typed_password
from clusters.authorizer.access import Cell
from clusters.gateway.access import users as kafka
from clusters.gateway.errors import NotFound
from clusters.models import Group
from clusters.users import inventory_rows, plan
from clusters.users.creation import Outcome, apply_all, check_all, parts_of, plans_of
from clusters.users.forms import ITERATIONS, NewUserForm, PasswordForm
from clusters.users.passwords import generate
from clusters.users.queries import SORTED, filtered, surroundings_of, users_in_sight
from clusters.users.readable_groups import readable_groups
from core.plan import Plans

router = Router(tags=["Users"])
USERS = "/users"
USER = f"{USERS}/{{name:user}}"
Mechanism = Literal["SCRAM-SHA-256", "SCRAM-SHA-512"]
ONCE = "A generated password is returned once, so it cannot be repeated under an Idempotency-Key."


class UserRow(Schema):
    """A user with SCRAM credentials as of the last refresh. Iterations are null where it has none of the mechanism."""

    name: str
    sha_256: int | None
    sha_512: int | None


class UsersParams(Listing):
    """Query parameters of the list of users."""

    sort: Annotated[str, SortBy(SORTED)] = "name"


class CredentialOut(Schema):
    """A credential, without its password, which Kafka does not have either."""

    mechanism: str
    iterations: int


class ReadableGroupOut(Schema):
    """A group that a user may read, as of the last refresh."""

    name: str
    type: str
    state: str
    members: int | None
    lag: int | None
    unknown: int = Field(description="Partitions whose lag is not known.")
    may_read: list[str] = Field(description="Which ACL allows it.")


class UserOut(Schema):
    """A user's credentials as Kafka has them now."""

    name: str
    credentials: list[CredentialOut]
    groups: list[ReadableGroupOut] | None = Field(
        description="The 50 groups with most lag that its ACLs let it read; null without `acls.view`. "
        "Kafka does not report which user the members of a group are."
    )


class ScramPasswordIn(Body):
    """A mechanism and the password for it."""

    mechanism: Mechanism = "SCRAM-SHA-512"
    iterations: int = Field(ITERATIONS, ge=kafka.FEWEST, le=kafka.MOST)
    password: Text = Field("", max_length=255, description="Without one, it is generated, and returned this once.")


class NewUserIn(ScramPasswordIn):
    """A user, and optionally the ACLs that a producer or consumer needs, and quotas."""

    name: Line = Field(max_length=255)
    access: Literal["", "producer", "consumer"] = Field("", description="Which ACLs to create with the user.")
    topic: Line = Field("", max_length=249)
    pattern_type: Literal["LITERAL", "PREFIXED"] = "LITERAL"
    group: Line = Field("", max_length=255)
    producer_byte_rate: float | None = Field(None, gt=0)
    consumer_byte_rate: float | None = Field(None, gt=0)
    request_percentage: float | None = Field(None, gt=0)


class PasswordChange(Change):
    """What was done or planned; the password only where it was generated, and only now."""

    password: str | None = None
    steps: list[StepOut]


class UserChange(Schema):
    """What was done or planned for a new user; each problem says what was not done."""

    done: bool
    name: str
    plan: str
    steps: list[StepOut]
    warnings: list[str]
    commands: list[str]
    problems: list[str]
    password: str | None = Field(None, description="Only if generated, and only in this response.")


@router.get(USERS, response=Page[UserRow], auth=on_cluster("users.view"))
def list_users(request: ApiRequest, params: Query[UsersParams]) -> dict[str, Any]:
    """List the users with SCRAM credentials, as of the last refresh."""
    return paged(filtered(users_in_sight(request, request.cluster), params.q), params, params.sort)


@router.get(USER, response=UserOut, auth=on_cluster("users.view"))
def show_user(request: ApiRequest, user: str) -> dict[str, Any]:
    """Show the SCRAM credentials of a user, mechanisms and iterations, and the groups that it may read."""
    credentials = kafka.describe(request.cluster.connection(), user)
    if not credentials:
        raise NotFound(f"{user} has no SCRAM credential.", "Check the list of users.")
    readable = readable_groups(request, request.cluster, user)
    groups = None if readable is None else [group_out(group, access) for group, access in readable.rows]
    return {"name": user, "credentials": credentials, "groups": groups}


def group_out(group: Group, access: Cell) -> dict[str, Any]:
    names = ("name", "type", "state", "members", "lag", "unknown")
    return {**{name: getattr(group, name) for name in names}, "may_read": access.reasons}


@router.post(USERS, response={200: UserChange, 201: UserChange}, auth=on_cluster("users.manage", change=True))
def create_user(request: ApiRequest, body: NewUserIn, params: Query[ChangeParams]) -> Status[Any]:
    """Create a user with a SCRAM credential, and optionally the ACLs and quotas that it needs."""
    password = password_of(request, body)
    form = NewUserForm(body.model_dump(exclude_none=True))
    if not form.is_valid():
        raise invalid(form)
    parts = parts_of(request.cluster, form, password)
    if params.dry_run:
        check_all(request, request.cluster, parts)
        return Status(200, user_change(body, plans_of(parts)))
    outcomes = apply_all(request, request.cluster, parts, params.plan)
    return Status(201, user_change(body, plans_of(parts), outcomes, password))


def user_change(body: NewUserIn, plans: Plans, outcomes: list[Outcome] | None = None, password: str = "") -> UserChange:
    return UserChange(
        done=outcomes is not None,
        name=body.name,
        plan=plans.digest,
        steps=[step_out(step) for step in plans.steps],
        warnings=list(plans.warnings),
        commands=list(plans.commands),
        problems=[f"{outcome.part.noun}: {outcome.problem}" for outcome in outcomes or () if outcome.problem],
        password=password if outcomes is not None and not body.password else None,
    )


@router.put(f"{USER}/password", response={200: PasswordChange}, auth=on_cluster("users.manage", change=True))
def set_password(
    request: ApiRequest, user: str, body: ScramPasswordIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Set a user's password for a mechanism; in production its name must be confirmed."""
    password = password_of(request, body)
    form = PasswordForm(body.model_dump())
    if not form.is_valid():
        raise invalid(form)
    connection, credential = request.cluster.connection(), form.credential(user)
    planned = plan.write(credential, kafka.describe(connection, user), surroundings_of(request.cluster))
    require_name(request.cluster, params, params.confirm, user)
    require_typed_password(request.cluster, planned, body.password)
    answer = change(
        request,
        params,
        planned,
        partial(kafka.write, connection, credential, password),
        after=partial(inventory_rows.credential_written, request.cluster, credential),
    )
    generated = None if params.dry_run or body.password else password
    return Status(200, PasswordChange(**answer.value.model_dump(), password=generated))


def password_of(request: ApiRequest, body: ScramPasswordIn) -> str:
    """Return the password that was sent, or a generated one.

    Raises:
        Refused: it would have to be stored, for a request that may be repeated.
    """
    if not body.password and key_of(request):
        raise Refused(422, ONCE, "Send a password, or no Idempotency-Key.", {"password": [ONCE]})
    return body.password or generate()


class DeleteCredentialsParams(ConfirmedChangeParams):
    """Which credentials to delete."""

    mechanism: Mechanism | None = Field(None, description="Only this mechanism's; all without one.")


@router.delete(USER, response=CHANGED, auth=on_cluster("users.manage", change=True))
def delete_user(request: ApiRequest, user: str, params: Query[DeleteCredentialsParams]) -> Status[Any]:
    """Delete a user's SCRAM credentials; its ACLs and quotas stay. In production its name must be confirmed."""
    connection = request.cluster.connection()
    present = kafka.describe(connection, user)
    names = [credential.mechanism for credential in present if params.mechanism in {None, credential.mechanism}]
    if not names:
        raise NotFound(f"{user} has no {params.mechanism or 'SCRAM'} credential.", "Check the list of users.")
    require_name(request.cluster, params, params.confirm, user)
    return change(
        request,
        params,
        plan.delete(user, names, present, surroundings_of(request.cluster)),
        partial(kafka.delete, connection, user, names),
        after=partial(inventory_rows.credentials_deleted, request.cluster, user, names),
    )
