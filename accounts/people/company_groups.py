"""Who is in which team because of a company's groups: what the pages of people show, and a trial with pasted claims."""

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import granted, guarded, refuse
from accounts.declared_teams.subjects import Account
from accounts.models import CompanyGroup, Grant, TeamDeclaration
from accounts.people import changes
from accounts.people.changes import MANAGE
from accounts.people.limits import objection_to_change_of
from accounts.single_sign_on.claims import ClaimError, Person, person_of
from accounts.single_sign_on.directories import titles
from accounts.single_sign_on.identities import account_of, teams_for
from accounts.single_sign_on.providers import PROXY, Provider, configured
from core.web.page import page
from core.web.toasts import toast

SHOWN = 20  # groups of a person that a page names


@dataclass(frozen=True)
class Reason:
    """A team, the company's group that leads to it, and what the team may do."""

    team: Group
    company_group: CompanyGroup
    grants: list[Grant]


def reasons_for(account: Account) -> list[Reason]:
    """Return the teams of an account, and why."""
    return [Reason(team, each, list(team.grant_set.all())) for team, each in teams_for(account)]


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
        "providers": providers or settings.PROXY_USER_HEADER,
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


class ClaimsForm(forms.Form):
    """Claims as a provider would send them."""

    provider = forms.ChoiceField()
    claims = forms.CharField(
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "mono"}),
        initial='{"sub": "1", "preferred_username": "ada", "groups": ["kafka-team"]}',
        help_text="The claims of an ID token or of userinfo, as JSON.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(provider.name, provider.title) for provider in configured().values()]
        self.fields["provider"] = forms.ChoiceField(choices=choices)

    def clean_claims(self) -> dict[str, Any]:
        """Read the JSON."""
        try:
            claims = json.loads(self.cleaned_data["claims"])
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"This is not JSON: {error}.") from error
        if not isinstance(claims, dict):
            raise ValidationError("Claims are a JSON object: {…}.")
        return claims

    def clean(self) -> dict[str, Any]:
        """Read who the claims are about."""
        values = super().clean() or {}
        if not self.errors:
            try:
                values["person"] = person_of(values["claims"], configured()[values["provider"]])
            except ClaimError as error:
                self.add_error("claims", str(error))
        return values


@guarded(MANAGE)
def trial(request: HttpRequest) -> HttpResponse:
    """Show what somebody with some claims would get, without signing anybody in."""
    providers = configured()
    form = ClaimsForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "providers": providers}
    if request.method == "POST" and form.is_valid():
        provider: Provider = providers[form.cleaned_data["provider"]]
        person: Person = form.cleaned_data["person"]
        context |= {
            "person": person, "provider": provider, "groups": person.groups[:SHOWN],
            "more": len(person.groups) - SHOWN,
            "reasons": reasons_for(Account(provider.name, person.account_name, person.groups)),
        }  # fmt: skip
    return page(request, "people/sign_in_trial.html", context, status=422 if form.errors else 200)
