"""The API's routes. Each names the action of each of its methods, or the process does not start."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from accounts.access import for_everyone
from api.docs import docs, openapi
from api.kit import idempotency
from api.kit.problems import nowhere, problem
from api.kit.tokens import request_of_its_own
from api.root import actions, api

View = Callable[..., HttpResponse]


def framed(view: View, named: dict[str, str]) -> View:
    """Wrap a view of the API: what it answers is a problem or JSON, and what was done under a key is kept."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with request_of_its_own():
            answer = view(request, *args, **kwargs)
            if answer.status_code == 405:
                allowed = answer["Allow"]
                answer = problem(405, f"This address takes {allowed}.")
                answer["Allow"] = allowed
            idempotency.finish(request, answer)
        answer["Cache-Control"] = "no-store"
        return answer

    wrapper.actions, wrapper.login_required = named, False  # type: ignore[attr-defined]
    wrapper.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie opens them
    # A session opens none of them; who a token belongs to, and what it covers, is looked at for each method.
    return for_everyone("clusters.list")(wrapper)  # type: ignore[return-value]


def patterns() -> list[URLPattern]:
    """Return one route for each address."""
    known, found = actions(), {}
    for one in api.urls[0]:
        route = str(one.pattern)
        if isinstance(one, URLPattern) and route in known and route not in found:
            found[route] = path(route, framed(one.callback, known[route]), name=f"api-{one.name}")
    return list(found.values())


urlpatterns = [
    path("docs", docs, name="api-docs"),
    path("openapi.json", openapi, name="api-openapi"),
    *patterns(),
    re_path(r"", framed(nowhere, {}), name="api-nowhere"),
]
