"""One way to answer: the whole page, or the part of it that htmx asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a template, or only its named partial when htmx asks for a part of the page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if partial and htmx and not htmx.boosted and not htmx.history_restore_request:
        template = f"{template}#{partial}"
    response = render(request, template, dict(context or {}), status=status)
    response["Vary"] = "HX-Request"
    return response
