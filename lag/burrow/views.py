"""Burrow's HTTP API and metrics as views. The answers come from ``answers``; this module adds HTTP."""

import json
import socket
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.json_text import read_json
from lag.burrow import answers, exposition, modules
from lag.burrow.access import has_token, may_read
from lag.burrow.routes import Match, match
from lag.collecting.counters import count

TEXT = "text/plain; charset=utf-8"
NOT_FOUND = '{"error":true,"message":"invalid request type","result":{}}\n'
CHANGES = ("forget", "set_loglevel")
MAX_BODY_BYTES = 10_000  # bytes of a body


@csrf_exempt
@login_not_required
def api(request: HttpRequest) -> HttpResponse:
    route = match(request.method or "GET", request.path_info)
    if route is None:
        return not_found(request)
    if route.location:
        return moved(request, route.location)
    if not route.handler:
        return not_allowed(request, route)
    if route.handler == "metrics":
        return metrics(request)
    refusal = objection(request, route.handler)
    response = refusal or answer(request, route)
    count("burrow_api", f"{route.handler} {response.status_code}")
    return response


def objection(request: HttpRequest, handler: str) -> HttpResponse | None:
    """Return the refusal of a request without a token that it needs."""
    token = settings.LAG_API_TOKEN
    if handler in CHANGES and not has_token(request, token):
        return body(request, 401, {"error": True, "message": "changes require the token in KAFKAADMIN_LAG_API_TOKEN"})
    if not may_read(request, public=settings.PUBLIC_LAG_API, token=token):
        message = "send KAFKAADMIN_LAG_API_TOKEN as a bearer token, sign in, or set KAFKAADMIN_PUBLIC_LAG_API=true"
        return body(request, 401, {"error": True, "message": message})
    return None


def answer(request: HttpRequest, route: Match) -> HttpResponse:
    if route.handler == "alive":
        return HttpResponse("GOOD", content_type=TEXT)
    if route.handler == "ready":
        is_ready = answers.ready()
        return HttpResponse("READY" if is_ready else "STARTING", status=200 if is_ready else 503, content_type=TEXT)
    if route.handler in {"config", "modules", "module"}:
        return configuration(request, request.path_info.split("/")[3:])
    if route.handler == "set_loglevel":
        return body(request, *answers.set_loglevel(sent(request)))
    return body(request, *getattr(answers, route.handler)(*route.names))


def configuration(request: HttpRequest, parts: list[str]) -> HttpResponse:
    """Answer for the configuration; here Burrow puts the request before the rest."""
    if not parts:
        return body(request, 200, {"error": False, "message": "main config returned"}, modules.main())
    kind, name = parts[0], unquote(parts[1]) if len(parts) > 1 else ""
    describe = modules.KINDS.get(kind)
    if not name:
        listed = answers.clusters()[1]["clusters"] if describe else []
        message = {"error": False, "message": "module list returned"}
        return body(request, 200, message, {"coordinator": kind, "modules": listed})
    cluster = answers.find(name)
    if describe is None or cluster is None:
        return body(request, *answers.failed(404, f"{kind} module not found"))
    return body(request, *answers.done(f"{kind} module detail returned", module=describe(cluster)))


def sent(request: HttpRequest) -> Any:
    """Return the JSON of a request; None where it is not JSON."""
    try:
        return read_json(request.body[:MAX_BODY_BYTES])
    except ValueError:
        return None


def body(request: HttpRequest, code: int, content: dict[str, Any], after: dict[str, Any] | None = None) -> HttpResponse:
    """Return a JSON body as Go writes it, with the request that it answers."""
    request_info = {"url": unquote(request.path_info), "host": socket.gethostname()}
    text = json.dumps({**content, "request": request_info, **(after or {})}, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return HttpResponse(text, status=code, content_type="application/json")


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer for a path that Burrow does not have."""
    return HttpResponse(NOT_FOUND, status=404, content_type=TEXT)


def moved(request: HttpRequest, location: str) -> HttpResponse:
    """Redirect to the right path."""
    code = 301 if request.method == "GET" else 307
    target = quote(request.META.get("SCRIPT_NAME", "") + location, safe="/%!$&'()*+,:;=@~")
    text = f'<a href="{escape(target)}">{HTTPStatus(code).phrase}</a>.\n\n' if request.method == "GET" else ""
    return HttpResponse(text, status=code, headers={"Location": target}, content_type="text/html; charset=utf-8")


def not_allowed(request: HttpRequest, route: Match) -> HttpResponse:
    """Answer for a method that the path does not have; OPTIONS returns the allowed ones."""
    allow = {"Allow": ", ".join(route.allowed)}
    if request.method == "OPTIONS":
        return HttpResponse(headers=allow)
    return HttpResponse("Method Not Allowed\n", status=405, content_type=TEXT, headers=allow)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    if not may_read(request, public=settings.PUBLIC_METRICS, token=settings.METRICS_TOKEN):
        message = "send KAFKAADMIN_METRICS_TOKEN as a bearer token, sign in, or set KAFKAADMIN_PUBLIC_METRICS=true\n"
        return HttpResponse(message, status=401, content_type=TEXT)
    return HttpResponse(exposition.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
