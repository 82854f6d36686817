"""Who is in which team because of a company's groups: what the pages of people show."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import granted, guarded, refuse
from accounts.models import CompanyGroup, TeamDeclaration
from accounts.people import changes
from accounts.people.changes import MANAGE
from accounts.people.limits import objection_to_change_of
from accounts.people.sign_in_trial import SHOWN
from accounts.single_sign_on.identities import account_of
from accounts.single_sign_on.ldap.directories import titles
from accounts.single_sign_on.providers import PROXY
from accounts.single_sign_on.proxy import is_configured
from accounts.single_sign_on.trial import reasons_for
from core.web.toasts import toast


def company_context(owner: Any) -> dict[str, Any]:
    """Return what the page of a person or team shows of their company's groups."""
    providers = titles()
    if isinstance(owner, User):
        accounts = [
            {
                "identity": identity,
                "title": providers.get(identity.provider, identity.provider),
                "is_known": identity.provider in {*providers, PROXY},
                "groups": identity.groups[:SHOWN],
                "more": len(identity.groups) - SHOWN,
                "reasons": reasons_for(account_of(identity)),
            }
            for identity in owner.identities.all()
        ]
        return {"identities": accounts}
    company_groups = CompanyGroup.objects.filter(team=owner).order_by("name")
    return {
        "company_groups": company_groups,
        "providers": providers or is_configured(),
        "declaration": TeamDeclaration.objects.filter(team=owner).first(),
    }


@guarded(MANAGE)
@require_POST
def remove_company_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a company's group be no reason any more to be in a team."""
    company_group = get_object_or_404(CompanyGroup.objects.select_related("team"), pk=pk)
    if objection := objection_to_change_of(granted(request), company_group.team):
        return refuse(request, MANAGE, "*", str(company_group.team), objection)
    team = company_group.team_id
    changes.remove_company_group(request, company_group)
    toast(request, "Group removed.")
    return redirect("people-group", team)
