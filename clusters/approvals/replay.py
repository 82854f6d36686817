"""Sending a stored request again, as whoever asked for it, with the rights that they have now."""

import json
from importlib import import_module
from io import BytesIO

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.messages.storage import default_storage
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from accounts.models import AuditEntry
from accounts.single_sign_on.renewal import may_act
from clusters.access import objection
from clusters.approvals.access import resources_of
from clusters.approvals.gate import Approval, approved
from clusters.gateway.errors import KafkaFailure
from clusters.models import ApprovalRequest
from core.web.routes import urlconf_of

GONE = "The change can't be made any more: {reason}"


def requester_of(waiting: ApprovalRequest) -> User | None:
    """Return who asked, if they may still act: active, and known to their company's provider."""
    user = User.objects.filter(pk=waiting.user_id or 0, is_active=True).first()
    return user if user is not None and may_act(user, timezone.now()) else None


def request_of(waiting: ApprovalRequest, user: User, host: str) -> HttpRequest:
    """Return the request that was stored, as it came, but for cookies and other headers."""
    body = waiting.secrets.get("body", "").encode()
    request = WSGIRequest({
        "REQUEST_METHOD": waiting.method, "PATH_INFO": waiting.path, "QUERY_STRING": waiting.query,
        "SCRIPT_NAME": settings.FORCE_SCRIPT_NAME or "", "CONTENT_TYPE": waiting.content_type,
        "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": waiting.address, "HTTP_HOST": host, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.input": BytesIO(body), "wsgi.url_scheme": "http",
    })  # fmt: skip
    request.path_info, request.path = waiting.path, f"{settings.FORCE_SCRIPT_NAME or ''}{waiting.path}"
    request.user = user
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request._messages = default_storage(request)  # type: ignore[attr-defined]
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


def apply(waiting: ApprovalRequest, approver: str, host: str) -> str:
    """Make the change; return why it was not made, or an empty text."""
    user = requester_of(waiting)
    if user is None:
        return GONE.format(reason=f"{waiting.username} can't sign in any more.")
    approval = Approval(waiting, approver)
    request = approved(request_of(waiting, user, host), approval)
    for action, resource in resources_of(waiting.parts.parts):
        if reason := objection(request, action, waiting.cluster, resource, change=True):
            return f"{waiting.username}: {reason}"
    problem = send(request)
    return outcome(approval, problem)


def send(request: HttpRequest) -> str:
    """Have the view of a request's address answer it; return what it says went wrong, if it does."""
    request.resolver_match = match = resolve(request.path_info, urlconf_of(request.path_info))
    try:
        return problem_in(match.func(request, *match.args, **match.kwargs))
    except KafkaFailure as failure:
        return f"{failure.sentence} {failure.advice}".strip()
    except Http404 as error:
        return GONE.format(reason=str(error))


def problem_in(response: HttpResponseBase) -> str:
    """Return what a response says went wrong; a page's own words are in its audit entry, if it came so far."""
    if response.status_code < 400:
        return ""
    try:
        return str(json.loads(getattr(response, "content", b""))["detail"])
    except (ValueError, KeyError, TypeError):
        return GONE.format(reason="its page refuses what was entered, or needs access that is missing.")


def outcome(approval: Approval, problem: str) -> str:
    """Return why a change was not made, or only in part: what the door recorded counts before what the view said."""
    failed = [entry for entry in approval.entries if entry.outcome != AuditEntry.DONE]
    done = len(approval.entries) - len(failed)
    if failed:
        said = failed[0].detail.removesuffix(approval.sentence).strip()
        if done:
            return f"{done} of {len(approval.entries)} changes were made. {said}"
        return problem if problem.startswith(said) else said  # with what to do
    return "" if done else problem or GONE.format(reason="there is nothing to change.")
