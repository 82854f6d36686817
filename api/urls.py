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
    """Wrap a view of the API: a wrong method becomes a problem, and the answer to a keyed change is stored."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with request_of_its_own():
            response = view(request, *args, **kwargs)
            if response.status_code == 405:
                allowed = response["Allow"]
                response = problem(405, f"This address takes {allowed}.")
                response["Allow"] = allowed
            idempotency.finish(request, response)
        response["Cache-Control"] = "no-store"
        return response

    wrapper.actions, wrapper.login_required = named, False  # type: ignore[attr-defined]
    wrapper.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie gives access
    # Sessions give no access either: each method checks the token and what it covers.
    return for_everyone("clusters.list")(wrapper)  # type: ignore[return-value]


def patterns() -> list[URLPattern]:
    """Return one route for each address."""
    actions_by_route, path_by_route = actions(), {}
    for pattern in api.urls[0]:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern) and route in actions_by_route and route not in path_by_route:
            path_by_route[route] = path(
                route, framed(pattern.callback, actions_by_route[route]), name=f"api-{pattern.name}"
            )
    return list(path_by_route.values())


urlpatterns = [
    path("docs", docs, name="api-docs"),
    path("openapi.json", openapi, name="api-openapi"),
    *patterns(),
    re_path(r"", framed(nowhere, {}), name="api-nowhere"),
]
