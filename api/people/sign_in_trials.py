"""Trying a sign-in: what claims, or a user name of a directory, would lead to. Nobody is signed in."""

import json
from typing import Any, Literal

from ninja import Field, Schema

from accounts.people.changes import MANAGE
from accounts.people.sign_in_trial import ClaimsForm, DirectoryForm, Trial
from api.kit.access import ApiRequest, everywhere
from api.kit.problems import invalid
from api.kit.types import Body, Text
from api.people.listing import GrantOut, router


class NameIn(Body):
    """A user name, which is looked up without a password."""

    directory: Text = Field(max_length=40, description="Name of the directory, e.g. `ldap`.")
    username: Text = Field(max_length=255)


class ClaimsIn(Body):
    """Claims as a provider would send them."""

    provider: Text = Field(max_length=40, description="Name of the provider, e.g. `oidc`.")
    claims: dict[str, Any]


class TrialGroupOut(Schema):
    """A group of the company."""

    name: str
    membership: Literal["direct", "nested"] | None = Field(description="Null where claims name it.")
    dn: str = Field(description="The group's entry; empty where claims name it.")


class ReasonOut(Schema):
    """A team, what leads to it, and its roles."""

    team: str
    because_of: str
    grants: list[GrantOut]


class SignInTrialOut(Schema):
    """What a sign-in would come to."""

    username: str
    is_new: bool = Field(description="Whether the user would be made by the sign-in.")
    is_superuser: bool
    refusal: str = Field(description="Why the sign-in would be refused; empty if it would not.")
    dn: str = Field(description="The entry in the directory.")
    server: str = Field(description="The server that was asked.")
    remark: str
    groups: list[TrialGroupOut] = Field(description="At most 20,000.")
    teams: list[ReasonOut]
    direct_grants: list[GrantOut] = Field(description="Roles that the user, or their teams here, were given.")


@router.post("/sign-in-trials/directory", response=SignInTrialOut, auth=everywhere(MANAGE))
def try_name(request: ApiRequest, body: NameIn) -> dict[str, Any]:
    """Look a user name up in a directory, and show what a sign-in would lead to, within 5 seconds."""
    return trial_of(DirectoryForm(body.model_dump()))


@router.post("/sign-in-trials/claims", response=SignInTrialOut, auth=everywhere(MANAGE))
def try_claims(request: ApiRequest, body: ClaimsIn) -> dict[str, Any]:
    """Show what a sign-in with these claims would lead to."""
    return trial_of(ClaimsForm({"provider": body.provider, "claims": json.dumps(body.claims)}))


def trial_of(form: DirectoryForm | ClaimsForm) -> dict[str, Any]:
    if not form.is_valid():
        raise invalid(form)
    trial: Trial = form.cleaned_data["trial"]
    outcome, entry = trial.outcome, trial.entry
    memberships = [
        {"name": each.name, "membership": "direct" if each.is_direct else "nested", "dn": each.dn}
        for each in (entry.memberships if entry else ())
    ]
    claimed = [{"name": name, "membership": None, "dn": ""} for name in trial.person.groups]
    return {
        "username": outcome.username, "is_new": outcome.is_new, "is_superuser": outcome.is_superuser,
        "refusal": outcome.refusal, "dn": entry.dn if entry else "", "server": entry.server if entry else "",
        "remark": entry.remark if entry else "", "groups": memberships if entry else claimed,
        "teams": [
            {"team": each.team.name, "because_of": each.company_group.label, "grants": each.grants}
            for each in outcome.reasons
        ],
        "direct_grants": outcome.direct,
    }  # fmt: skip
