"""Changing people, groups of people and grants, on the record."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest

from accounts.access import record
from accounts.models import AuditEntry, Grant

MANAGE = "people.manage"
NEW_PASSWORD = "a new password"  # noqa: S105 - a sentence


def note(request: HttpRequest, resource: str, before: str | None, after: str | None) -> None:
    """Record a change to people."""
    steps = [{"subject": resource, "before": before, "after": after}]
    record(request, MANAGE, cluster="", resource=resource, steps=steps, outcome=AuditEntry.DONE)


def described(form: BaseForm) -> str:
    """Return what a valid form holds as text, without passwords."""
    if isinstance(form, SetPasswordForm):
        return NEW_PASSWORD
    return ", ".join(
        f"{name}: {text_of(value)}"
        for name, value in form.cleaned_data.items()
        if "password" not in name and value != ""
    )


def text_of(value: Any) -> str:
    """Return a field's value as text: of several rows their names."""
    return ", ".join(map(str, value)) if isinstance(value, QuerySet | list) else str(value)


@transaction.atomic
def save(request: HttpRequest, form: Any, owner: Any = None) -> Any:
    """Save a valid form, and return what it made or changed.

    Args:
        request: who wants it.
        form: of a person, a password, a group or a grant.
        owner: the person or group that a grant is for; otherwise it is what the form is about.
    """
    made = form.save()
    note(request, str(owner or made), None, described(form))
    return made


@transaction.atomic
def remove_group(request: HttpRequest, group: Group) -> None:
    """Delete a group of people, and with it what was granted to it."""
    note(request, group.name, group.name, None)
    group.delete()


@transaction.atomic
def withdraw(request: HttpRequest, grant: Grant) -> None:
    """Withdraw a grant."""
    note(request, str(grant.user or grant.group), str(grant), None)
    grant.delete()
