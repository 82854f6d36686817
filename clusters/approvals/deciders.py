"""Who may decide a request, and why somebody may not: nobody does so for themselves, by whichever account."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts.access import granted
from accounts.anonymous import NAME as ANONYMOUS
from accounts.anonymous import is_visitor
from accounts.models import Grant, Identity
from accounts.permissions import Allowance
from clusters.approvals.access import may_decide, missing_action
from clusters.models import ApprovalRequest

NAMED = 10
ONES_OWN = "Nobody decides their own request: another user with access to it has to."
SAME_ADDRESS = "{username}, who asked for it, has your e-mail address, so may be you: another user has to decide."
NOBODY = "Sign in to decide: a visitor without an account is no second person."


def objection_to_deciding(request: HttpRequest, waiting: ApprovalRequest) -> str:
    """Return why a person may not approve or refuse a request; empty if they may."""
    missing = missing_action(granted(request), waiting)
    if missing:
        action, resource = missing
        return f"You don't have access to {waiting.cluster.slug}/{resource} (needs {action})."
    if is_visitor(request.user):
        return NOBODY
    if waiting.user_id == request.user.pk:
        return "" if is_alone(request.user.pk, waiting) else ONES_OWN
    is_other = bool(without_address_of(waiting, [request.user]))
    return "" if is_other else SAME_ADDRESS.format(username=waiting.username)


def is_alone(pk: Any, waiting: ApprovalRequest) -> bool:
    """Tell whether somebody is a superuser, and no other user could decide: they may then decide for themselves."""
    is_superuser = User.objects.filter(pk=pk, is_superuser=True, is_active=True).exists()
    return is_superuser and not deciders(waiting)


def deciders(waiting: ApprovalRequest) -> list[User]:
    """Return who may decide a request, superusers first: with a few statements, however many users there are."""
    own = allowances_by_user()
    users = User.objects.filter(is_active=True).exclude(pk=waiting.user_id or 0).exclude(username=ANONYMOUS)
    may = [
        user
        for user in users.order_by("-is_superuser", "username")
        if user.is_superuser or (user.pk in own and may_decide(own[user.pk], waiting))
    ]
    return without_address_of(waiting, may)


def names_in(users: list[User]) -> str:
    """Return the names of some users, of the first ones where they are many."""
    names = ", ".join(user.username for user in users[:NAMED])
    return f"{names} and {len(users) - NAMED:,} more" if len(users) > NAMED else names


def without_address_of(waiting: ApprovalRequest, users: list[Any]) -> list[Any]:
    """Leave out who has the e-mail address of the user who asked: that is most likely another account of theirs."""
    asking = User.objects.filter(pk=waiting.user_id or 0).values_list("email", flat=True).first() or ""
    return [user for user in users if not asking or user.email.casefold() != asking.casefold()]


def allowances_by_user() -> dict[int, list[Allowance]]:
    """Return what users may do by their own grants and those of their teams."""
    result: dict[int, list[Allowance]] = defaultdict(list)
    of_team: dict[int, list[Allowance]] = defaultdict(list)
    for grant in Grant.objects.all():
        owners, owner = (of_team, grant.group_id) if grant.group_id else (result, grant.user_id)
        owners[int(owner or 0)].append(grant.allowance)
    members = User.groups.through.objects.filter(group__in=of_team).values_list("user_id", "group_id")
    accounts = Identity.objects.filter(teams__in=of_team).values_list("user_id", "teams")
    for user, team in {*members, *accounts}:
        result[user] += of_team.get(team, [])
    return result
