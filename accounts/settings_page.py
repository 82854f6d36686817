"""The page from which everything is set that is not one cluster's."""

from django.http import HttpRequest, HttpResponse

from accounts.access import for_everyone
from accounts.second_factor.policy import SENTENCES, policy
from core.web.page import page


@for_everyone("clusters.list")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the settings that the person may open."""
    return page(request, "settings.html", {"second_factor_policy": SENTENCES[policy()]})
