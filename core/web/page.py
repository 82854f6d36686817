"""One way to answer: the whole page, or the part of it that htmx asked for."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request with what htmx said about it."""

    htmx: HtmxDetails


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page; the links that it follows and the pages it restores are whole."""
    htmx = cast(PageRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a template, or only its named partial when htmx asks for a part of the page."""
    if partial and wants_part(request):
        template = f"{template}#{partial}"
    response = render(request, template, dict(context or {}), status=status)
    response["Vary"] = "HX-Request"
    return response
