"""The API's routes. Each names the action of each of its methods, or there is no API."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path, re_path

from accounts.access import for_everyone
from api.docs import docs, openapi
from api.kit.framing import framed, with_methods
from api.kit.problems import nowhere
from api.root import actions, api


def named(view: Any, actions_by_method: dict[str, str]) -> Any:
    """Mark a view as one that checks tokens itself: neither a session nor a cookie gives access."""
    view.actions, view.csrf_exempt = actions_by_method, True
    return for_everyone("clusters.list")(login_not_required(view))


def patterns() -> list[URLPattern]:
    """Return one route for each address."""
    actions_by_route, path_by_route = actions(), {}
    for pattern in api.urls[0]:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern) and route in actions_by_route and route not in path_by_route:
            view = named(with_methods(pattern.callback), actions_by_route[route])
            path_by_route[route] = path(route, view, name=f"api-{pattern.name}")
    return list(path_by_route.values())


urlpatterns = [
    path("docs", docs, name="api-docs"),
    path("openapi.json", openapi, name="api-openapi"),
    *patterns(),
    re_path(r"", named(framed(nowhere), {}), name="api-nowhere"),
]
