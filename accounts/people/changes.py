"""Changes to people, groups and grants, each recorded in the audit log."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.forms import BaseForm, BaseModelForm
from django.http import HttpRequest

from accounts.models import CompanyGroup, Grant
from accounts.own_records import apply_own_change
from accounts.people.credentials import end_access
from accounts.single_sign_on.identities import place_everybody
from core.plan import Plan, Step

MANAGE = "people.manage"
NEW_PASSWORD = "a new password"  # noqa: S105 - a sentence
NOBODY_LEFT = "This is the last superuser; make another user a superuser first."


class LastAdministratorError(Exception):
    """A change would leave nobody who may do everything."""


def plan_of(resource: str, before: str | None, after: str | None) -> Plan:
    return Plan(MANAGE, resource, (Step(resource, before, after),))


def described(form: BaseForm) -> tuple[str | None, str]:
    """Return what a valid form changes, before and after, as text without passwords; no before for something new."""
    if isinstance(form, SetPasswordForm):
        return None, NEW_PASSWORD
    shown = [name for name in form.cleaned_data if "password" not in name]
    if not isinstance(form, BaseModelForm) or form.instance._state.adding:
        return None, lines_of({name: form.cleaned_data[name] for name in shown if form.cleaned_data[name] != ""})
    changed = [name for name in shown if name in form.changed_data]
    before = {name: form.get_initial_for_field(form.fields[name], name) for name in changed}
    return lines_of(before), lines_of({name: form.cleaned_data[name] for name in changed})


def lines_of(values: Mapping[str, Any]) -> str:
    """Return fields with their values on one line."""
    return ", ".join(f"{name}: {text_of(value)}" for name, value in values.items())


def text_of(value: Any) -> str:
    """Return a field's value as text; several rows become their names."""
    return ", ".join(map(str, value)) if isinstance(value, QuerySet | list) else str(value)


def save(request: HttpRequest, form: Any, owner: Any = None) -> Any:
    """Save a valid form, and return what it made or changed.

    Args:
        request: who does it.
        form: of a person, a password, a group or a grant.
        owner: the person or group that a grant is for; otherwise it is what the form is about.

    Raises:
        LastAdministratorError: nobody would be left who may do everything.
    """
    before, after = described(form)
    plan = plan_of(str(owner or form.instance if hasattr(form, "instance") else form.user), before, after)
    return apply_own_change(request, plan, lambda: keeping_an_administrator(form.save))


def set_password(request: HttpRequest, form: SetPasswordForm) -> None:  # type: ignore[type-arg]
    """Set the password of a valid form; what the old one opened is closed."""

    def apply() -> None:
        end_access(form.save())

    apply_own_change(request, plan_of(form.user.get_username(), None, NEW_PASSWORD), apply)


def remove_person(request: HttpRequest, person: User) -> None:
    """Delete a person with their grants, sessions and tokens; the audit log keeps their name.

    Raises:
        LastAdministratorError: nobody would be left who may do everything.
    """

    def apply() -> None:
        end_access(person)
        User.objects.filter(pk=person.pk).delete()

    username = person.get_username()
    apply_own_change(request, plan_of(username, username, None), lambda: keeping_an_administrator(apply))


def keeping_an_administrator(apply: Any) -> Any:
    """Make a change, unless it leaves nobody who may do everything. To be called in a transaction.

    Raises:
        LastAdministratorError: it would.
    """
    administrators = User.objects.filter(is_active=True, is_superuser=True)
    list(administrators.select_for_update())  # two who remove each other wait for one another
    result = apply()
    if not administrators.exists():
        raise LastAdministratorError(NOBODY_LEFT)
    return result


def remove_group(request: HttpRequest, group: Group) -> None:
    """Delete a group, and with it its grants."""
    apply_own_change(request, plan_of(group.name, group.name, None), group.delete)


def remove_company_group(request: HttpRequest, company_group: CompanyGroup) -> None:
    """Let a company's group be no reason any more to be in a team."""

    def apply() -> None:
        company_group.delete()
        place_everybody()

    apply_own_change(request, plan_of_removal(company_group), apply)


def plan_of_removal(company_group: CompanyGroup) -> Plan:
    return plan_of(company_group.team.name, f"group of the company: {company_group}", None)


def withdraw(request: HttpRequest, grant: Grant) -> None:
    apply_own_change(request, plan_of(str(grant.user or grant.group), str(grant), None), grant.delete)
