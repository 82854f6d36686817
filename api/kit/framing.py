"""What every answer of the API has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from api.kit.problems import problem
from api.kit.tokens import request_of_its_own

View = Callable[..., HttpResponse]


def framed(view: View) -> View:
    """Forget the token when the request ends, and let nobody store the answer."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with request_of_its_own():
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return wrapper


def with_methods(view: View) -> View:
    """Answer a method that an address does not have by a problem: ninja refuses it before its decorators run."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        return wrong_method(response["Allow"]) if response.status_code == 405 else response

    return wrapper


def wrong_method(allowed: str) -> HttpResponse:
    response = problem(405, f"Allowed methods: {allowed}.")
    response["Allow"], response["Cache-Control"] = allowed, "no-store"
    return response
