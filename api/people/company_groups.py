"""Adding groups of the company to teams, and removing them."""

from typing import Any

from ninja import Field, Query, Status

from accounts.access import granted
from accounts.models import CompanyGroup
from accounts.people import changes
from accounts.people.changes import MANAGE
from accounts.people.forms import CompanyGroupForm
from accounts.people.limits import objection_to_change_of
from api.kit.access import ApiRequest, everywhere
from api.kit.changes import CHANGED, Change, ChangeParams, change_own_records
from api.kit.problems import Refused
from api.kit.types import Body, Text
from api.people.listing import TEAM, CompanyGroupOut, router, show_user_group
from api.people.people_changes import planned, require_own

COMPANY_GROUP = "/company-groups/{int:company_group}"


class CompanyGroupIn(Body):
    """A group at a provider whose users are in the team."""

    name: Text = Field(max_length=255, description="As the provider names it, e.g. `kafka-team`.")
    provider: Text = Field("", max_length=40, description="Name of the provider; empty for any.")


class Added(Change):
    """The group that was added, or would be."""

    id: int | None = Field(description="The id of the group in the team, for removing it; null after a dry run.")


def find_company_group(pk: int) -> CompanyGroup:
    company_group = CompanyGroup.objects.select_related("team").filter(pk=pk).first()
    if company_group is None:
        raise Refused(404, f"There is no group of the company {pk}.", "Teams list theirs with ids.")
    return company_group


@router.post(f"{TEAM}/company-groups", response={200: Added, 201: Added}, auth=everywhere(MANAGE))
def add_company_group(request: ApiRequest, team: str, body: CompanyGroupIn, params: Query[ChangeParams]) -> Status[Any]:
    """Have users with a group of the company in a team."""
    owner = show_user_group(request, team)
    form = CompanyGroupForm(body.model_dump(), instance=CompanyGroup(team=owner), own=granted(request))
    added: list[CompanyGroup] = []
    status = change_own_records(
        params, planned(form, str(owner)), lambda: added.append(changes.save(request, form, owner)), status=201
    )
    return Status(status.status_code, {**status.value.model_dump(), "id": added[0].pk if added else None})


@router.get(COMPANY_GROUP, response=CompanyGroupOut, auth=everywhere(MANAGE))
def show_company_group(request: ApiRequest, company_group: int) -> CompanyGroup:
    """Show one group of the company in a team."""
    return find_company_group(company_group)


@router.delete(COMPANY_GROUP, response=CHANGED, auth=everywhere(MANAGE))
def remove_company_group(request: ApiRequest, company_group: int, params: Query[ChangeParams]) -> Status[Any]:
    """Remove a group of the company from its team."""
    row = find_company_group(company_group)
    require_own(objection_to_change_of(granted(request), row.team))
    plan = changes.plan_of_removal(row)
    return change_own_records(params, plan, lambda: changes.remove_company_group(request, row))
