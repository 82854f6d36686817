"""Adding and changing people and groups. Passwords go in and never come out."""

from collections.abc import Callable
from typing import Any, Literal

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from ninja import Field, Query, Schema, Status
from pydantic import SecretStr

from accounts.access import granted
from accounts.mailed_links import invitations
from accounts.mailed_links.sending import NOT_CONFIGURED, NotSent, can_send
from accounts.mailed_links.tokens import is_invited
from accounts.people import changes
from accounts.people.changes import MANAGE, LastAdministratorError
from accounts.people.forms import GroupForm, NewPersonForm, PersonForm
from accounts.people.limits import objection_to_change_of, objection_to_person
from accounts.second_factor import changes as second_factor
from api.kit.access import ApiRequest, everywhere
from api.kit.bodies import values_in
from api.kit.changes import CHANGED, CREATED, ChangeParams, change_own_records
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Text
from api.people.listing import PEOPLE, PERSON, TEAM, TEAMS, router, show_person, show_user_group
from core.plan import Plan, Step


class NewPersonIn(Body):
    """A user who signs in with a password."""

    username: Text = Field(max_length=150)
    password: SecretStr
    first_name: Text = Field("", max_length=150)
    last_name: Text = Field("", max_length=150)
    email: Text = Field("", max_length=254)


class InvitationIn(Body):
    """Whom to invite, with teams and a role."""

    email: Text = Field(max_length=150)
    groups: list[Text] = Field([], max_length=1000, description="Teams, by name.")
    role: Literal["", "viewer", "operator", "admin"] = ""
    clusters: Text = Field("*", max_length=255, description="A glob, for the role.")
    resources: Text = Field("*", max_length=255, description="A glob, for the role.")


class PersonIn(Body):
    """Changes to a user; omitted fields stay unchanged."""

    first_name: Text | None = Field(None, max_length=150)
    last_name: Text | None = Field(None, max_length=150)
    email: Text | None = Field(None, max_length=254)
    is_active: bool | None = None
    is_superuser: bool | None = None
    groups: list[Text] | None = Field(None, max_length=1000, description="The complete list of teams, by name.")


class PasswordIn(Body):
    """A new password."""

    password: SecretStr


class TeamIn(Body):
    """A team; omitted fields stay unchanged."""

    name: Text | None = Field(None, max_length=150)
    members: list[Text] | None = Field(
        None, max_length=10_000, description="The complete list of members, by user name."
    )


def pks(rows: QuerySet[Any], column: str, names: list[str], field: str) -> list[int]:
    """Return the primary keys of the rows with these names.

    Raises:
        Refused: there is no row of one of the names.
    """
    pk_by_name = dict(rows.filter(**{f"{column}__in": names}).values_list(column, "pk"))
    strange = [f"There is no {name}." for name in names if name not in pk_by_name]
    if strange:
        raise Refused(422, " ".join(strange), "Add it first.", {field: strange})
    return list(pk_by_name.values())


def require_own(objection: str) -> None:
    """Refuse what goes beyond the person's own grants.

    Raises:
        Refused: there is an objection.
    """
    if objection:
        raise Refused(403, objection, "Ask an administrator who has this access.")


def unless_last(apply: Callable[[], object]) -> object:
    """Make a change, unless it would leave nobody who may do everything.

    Raises:
        Refused: it would.
    """
    try:
        return apply()
    except LastAdministratorError as error:
        raise Refused(409, str(error)) from error


def planned(form: BaseForm, resource: str) -> Plan:
    """Return the plan of saving a form, worded as in its audit entry.

    Raises:
        Refused: the form does not accept its values.
    """
    if not form.is_valid():
        refusal = invalid(form)
        # The page asks for a password twice; here there is only one field.
        errors = {"password" if "password" in name else name: texts for name, texts in (refusal.errors or {}).items()}
        raise Refused(refusal.status, refusal.detail, refusal.advice, errors)
    return Plan(MANAGE, resource, (Step(resource, *changes.described(form)),))


def values(row: Model, names: tuple[str, ...], body: Schema) -> dict[str, Any]:
    """Return a form's values: the present ones, and the changes."""
    given = values_in(body)
    return {name: getattr(row, name) for name in names} | given


@router.post(PEOPLE, response=CREATED, auth=everywhere(MANAGE))
def add_person(request: ApiRequest, body: NewPersonIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a user; access is denied unless granted."""
    secret = body.password.get_secret_value()
    form = NewPersonForm({**body.model_dump(exclude={"password"}), "password1": secret, "password2": secret})
    plan = planned(form, body.username)
    return change_own_records(params, plan, lambda: changes.save(request, form), status=201)


@router.post("/invitations", response=CREATED, auth=everywhere(MANAGE))
def invite_person(request: ApiRequest, body: InvitationIn, params: Query[ChangeParams]) -> Status[Any]:
    """Invite a user by e-mail: a link, which counts once, sets name and password."""
    require_mail()
    groups = pks(Group.objects.all(), "name", body.groups, "groups")
    form = invitations.InvitationForm({**body.model_dump(), "groups": groups}, own=granted(request))
    if not form.is_valid():
        raise invalid(form)
    plan = invitations.plan_of_invitation(form)
    return change_own_records(params, plan, lambda: sent(lambda: invitations.invite(request, form)), status=201)


@router.post(f"{PERSON}/invitation", response=CHANGED, auth=everywhere(MANAGE))
def send_invitation(request: ApiRequest, person: str, params: Query[ChangeParams]) -> Status[Any]:
    """Send an invited user another link."""
    require_mail()
    user = show_person(request, person)
    require_own(objection_to_person(granted(request), user))
    if not (user.is_active and is_invited(user)):
        raise Refused(409, f"{person} has accepted an invitation already, or was never invited.")
    plan = invitations.plan_of_sending(user)
    return change_own_records(params, plan, lambda: sent(lambda: invitations.send_again(request, user)))


def require_mail() -> None:
    """Refuse where no e-mail can be sent.

    Raises:
        Refused: that is so.
    """
    if not can_send():
        raise Refused(409, "This kafkaadmin sends no e-mail.", NOT_CONFIGURED)


def sent(send: Callable[[], object]) -> object:
    """Send an e-mail.

    Raises:
        Refused: the server did not take it.
    """
    try:
        return send()
    except NotSent as failure:
        raise Refused(502, str(failure), "The user is there: send the invitation again.") from failure


@router.patch(PERSON, response=CHANGED, auth=everywhere(MANAGE))
def edit_person(request: ApiRequest, person: str, body: PersonIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change a user. A deactivated user is signed out at once, and all tokens are revoked."""
    user = show_person(request, person)
    data = values(user, ("first_name", "last_name", "email", "is_active", "is_superuser"), body)
    group_names = [group.name for group in user.groups.all()] if body.groups is None else body.groups
    groups = pks(Group.objects.all(), "name", group_names, "groups")
    form = PersonForm({**data, "groups": groups}, instance=user, own=granted(request))
    return change_own_records(params, planned(form, person), lambda: unless_last(lambda: changes.save(request, form)))


@router.put(f"{PERSON}/password", response=CHANGED, auth=everywhere(MANAGE))
def set_password(request: ApiRequest, person: str, body: PasswordIn, params: Query[ChangeParams]) -> Status[Any]:
    """Set a user's password."""
    secret = body.password.get_secret_value()
    user = show_person(request, person)
    require_own(objection_to_person(granted(request), user))
    form = SetPasswordForm(user, {"new_password1": secret, "new_password2": secret})
    return change_own_records(params, planned(form, person), lambda: changes.set_password(request, form))


@router.delete(f"{PERSON}/second-factor", response=CHANGED, auth=everywhere(MANAGE))
def reset_second_factor(request: ApiRequest, person: str, params: Query[ChangeParams]) -> Status[Any]:
    """Remove the second factor of a user who has lost it. Sessions end, tokens stay; nobody does so for themselves."""
    user = show_person(request, person)
    require_own(second_factor.ONES_OWN if user.pk == request.user.pk else objection_to_person(granted(request), user))
    if not hasattr(user, "second_factor"):
        raise Refused(404, f"{person} has no second factor.")
    return change_own_records(params, second_factor.reset_plan(user), lambda: second_factor.reset(request, user))


@router.delete(PERSON, response=CHANGED, auth=everywhere(MANAGE))
def delete_person(request: ApiRequest, person: str, params: Query[ChangeParams]) -> Status[Any]:
    """Delete a user with all roles, sessions and tokens; the audit log keeps the user name."""
    user = show_person(request, person)
    require_own(objection_to_person(granted(request), user))
    plan = changes.plan_of(person, person, None)
    return change_own_records(params, plan, lambda: unless_last(lambda: changes.remove_person(request, user)))


@router.post(TEAMS, response=CREATED, auth=everywhere(MANAGE))
def add_user_group(request: ApiRequest, body: TeamIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a team."""
    form = team_form(request, Group(), [], body)
    return change_own_records(params, planned(form, body.name or ""), lambda: changes.save(request, form), status=201)


@router.patch(TEAM, response=CHANGED, auth=everywhere(MANAGE))
def edit_user_group(request: ApiRequest, team: str, body: TeamIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change a team: its name and members."""
    group = show_user_group(request, team)
    form = team_form(request, group, [user.username for user in group.user_set.all()], body)
    return change_own_records(params, planned(form, team), lambda: changes.save(request, form))


def team_form(request: ApiRequest, team: Group, members: list[str], body: TeamIn) -> GroupForm:
    """Return the page's form, filled with the present values and the changes."""
    usernames = members if body.members is None else body.members
    chosen = pks(User.objects.all(), "username", usernames, "members")
    return GroupForm({**values(team, ("name",), body), "members": chosen}, instance=team, own=granted(request))


@router.delete(TEAM, response=CHANGED, auth=everywhere(MANAGE))
def delete_user_group(request: ApiRequest, team: str, params: Query[ChangeParams]) -> Status[Any]:
    """Delete a team and its roles; its members stay."""
    group = show_user_group(request, team)
    require_own(objection_to_change_of(granted(request), group))
    plan = Plan(MANAGE, team, (Step(team, team, None),))
    return change_own_records(params, plan, lambda: changes.remove_group(request, group))
