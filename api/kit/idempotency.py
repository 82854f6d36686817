"""A change sent twice under one ``Idempotency-Key`` is made once; its answer is repeated for a day."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from ninja import NinjaAPI

from api.kit.problems import Refused
from api.kit.tokens import token_of
from api.models import KeptAnswer

View = Callable[..., HttpResponse]
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
LONGEST = 255  # characters of a key
YES = {"1", "on", "t", "true", "y", "yes"}  # what pydantic takes for true
UNDER_WAY, WAIT = "The same request is in progress.", "Wait a moment and retry."
GIVEN_UP = timedelta(minutes=2)  # the worker must have died: it is stopped long before that


class Replay(Exception):
    """The request was answered before."""

    def __init__(self, stored: KeptAnswer) -> None:
        super().__init__()
        self.kept = stored


def digest_of(request: HttpRequest) -> str:
    """Return a digest that identifies a request. It is keyed, because a body may hold a guessable password."""
    about = f"{request.method} {request.get_full_path()}\n"
    return salted_hmac("api.kit.idempotency", about.encode() + request.body, algorithm="sha256").hexdigest()


def key_of(request: HttpRequest) -> str:
    """Return the request's key; a dry run has none, because it changes nothing.

    Raises:
        Refused: it is too long.
    """
    key = request.headers.get(HEADER, "")
    if len(key) > LONGEST:
        raise Refused(422, f"{HEADER} can have at most {LONGEST} characters.")
    return "" if request.GET.get("dry_run", "").lower() in YES else key


def once(api: NinjaAPI) -> Callable[[View], View]:
    """Return the decorator of operations by which a change sent again under its key is answered, and not made again."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                reserved = reserve(request)
            except Exception as error:  # noqa: BLE001 - its handler makes it a problem
                return api.on_exception(request, error)
            response = view(request, *args, **kwargs)
            if reserved:
                finish(reserved, response)
            return response

        return wrapper

    return decorate


def reserve(request: HttpRequest) -> KeptAnswer | None:
    """Reserve a change's key, before the cluster is looked up, which may be deleted by now.

    None where it has no key, or its token does not cover it.

    Raises:
        Replay: it was sent before, and answered.
        Refused: the key stands for another request, or for one that is under way.
    """
    token, match = token_of(request), request.resolver_match
    action = getattr(match.func, "actions", {}).get(request.method) if match else None
    if request.method == "GET" or token is None or action not in token.covered or not (key := key_of(request)):
        return None
    now = timezone.now()
    given_up = Q(created_at__lt=now - GIVEN_UP, status=None)
    KeptAnswer.objects.filter(Q(created_at__lt=now - KEPT) | given_up).delete()
    stored = KeptAnswer.objects.filter(user=token.user, key=key).first()
    if stored:
        raise answered(stored, request)
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(user=token.user, key=key, digest=digest_of(request))
    except IntegrityError as taken:
        raise Refused(409, UNDER_WAY, WAIT) from taken


def answered(stored: KeptAnswer, request: HttpRequest) -> Exception:
    """Return what to raise for a key that was sent before."""
    if stored.digest != digest_of(request):
        return Refused(422, f"This {HEADER} was used for another request.", "Use a separate key for each request.")
    return Refused(409, UNDER_WAY, WAIT) if stored.status is None else Replay(stored)


def replayed(replay: Any) -> HttpResponse:
    response = HttpResponse(replay.kept.body, status=replay.kept.status, content_type="application/json; charset=utf-8")
    response[REPLAYED] = "true"
    return response


def finish(reserved: KeptAnswer, response: HttpResponse) -> None:
    """Store the answer to a change. A refusal changed nothing, so the request may be tried again under its key."""
    if response.status_code < 300:
        reserved.status, reserved.body = response.status_code, response.content.decode()
        reserved.save(update_fields=["status", "body"])
    else:
        reserved.delete()
