"""Changes to people, groups and grants, each recorded in the audit log."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm, BaseModelForm
from django.http import HttpRequest

from accounts.access import record
from accounts.models import AuditEntry, Grant

MANAGE = "people.manage"
NEW_PASSWORD = "a new password"  # noqa: S105 - a sentence


def record_change(request: HttpRequest, resource: str, before: str | None, after: str | None) -> None:
    steps = [{"subject": resource, "before": before, "after": after}]
    record(request, MANAGE, cluster="", resource=resource, steps=steps, outcome=AuditEntry.DONE)


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


@transaction.atomic
def save(request: HttpRequest, form: Any, owner: Any = None) -> Any:
    """Save a valid form, and return what it made or changed.

    Args:
        request: who does it.
        form: of a person, a password, a group or a grant.
        owner: the person or group that a grant is for; otherwise it is what the form is about.
    """
    before, after = described(form)
    made = form.save()
    record_change(request, str(owner or made), before, after)
    return made


@transaction.atomic
def remove_group(request: HttpRequest, group: Group) -> None:
    """Delete a group, and with it its grants."""
    record_change(request, group.name, group.name, None)
    group.delete()


@transaction.atomic
def withdraw(request: HttpRequest, grant: Grant) -> None:
    record_change(request, str(grant.user or grant.group), str(grant), None)
    grant.delete()
