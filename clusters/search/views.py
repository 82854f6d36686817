"""The search of the bar above every page, and the page that it is without scripts."""

from django.http import HttpRequest, HttpResponse

from accounts.access import for_everyone
from clusters.search.queries import search as hits_of
from core.web.lists import parameter
from core.web.page import page

LONGEST = 249  # letters: no topic's name is longer


@for_everyone("clusters.list")
def search(request: HttpRequest) -> HttpResponse:
    """Show what has the text in its name, of everything that the person may see.

    The bar's field has a name of its own, so that a page's form with ``q`` is the only one that has it.
    """
    text = (parameter(request, "q") or parameter(request, "find")).strip()[:LONGEST]
    context = {"q": text, "hits": hits_of(request, text) if text else []}
    return page(request, "search.html", context, "hits")
