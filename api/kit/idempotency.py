"""A change sent twice under one ``Idempotency-Key`` is made once; its answer is repeated for a day."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from api.kit.problems import Refused
from api.models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
LONGEST = 255  # characters of a key
YES = {"1", "on", "t", "true", "y", "yes"}  # what pydantic takes for true
UNDER_WAY, WAIT = "The same request is under way.", "Wait a moment and send it again."
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
        raise Refused(422, f"{HEADER} has at most {LONGEST} characters.")
    return "" if request.GET.get("dry_run", "").lower() in YES else key


def recall(request: HttpRequest, person: User) -> None:
    """Answer with the stored response if the request was sent before under its key.

    Raises:
        Replay: it was.
        Refused: the key stands for another request, or for one that is under way.
    """
    key = key_of(request)
    if not key:
        return
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - GIVEN_UP, status=None).delete()
    stored = KeptAnswer.objects.filter(user=person, key=key).first()
    if stored is None:
        return
    if stored.digest != digest_of(request):
        raise Refused(422, f"This {HEADER} was used for another request.", "Give each request a key of its own.")
    if stored.status is None:
        raise Refused(409, UNDER_WAY, WAIT)
    raise Replay(stored)


def begin(request: HttpRequest, person: User) -> None:
    """Reserve the request's key, if it has one, before its change.

    Raises:
        Refused: another one has just begun.
    """
    key = key_of(request)
    if not key:
        return
    try:
        with transaction.atomic():
            stored = KeptAnswer.objects.create(user=person, key=key, digest=digest_of(request))
    except IntegrityError as taken:
        raise Refused(409, UNDER_WAY, WAIT) from taken
    request._kept_answer = stored  # type: ignore[attr-defined]


def replayed(replay: Any) -> HttpResponse:
    response = HttpResponse(replay.kept.body, status=replay.kept.status, content_type="application/json; charset=utf-8")
    response[REPLAYED] = "true"
    return response


def finish(request: HttpRequest, response: HttpResponse) -> None:
    """Store the answer to a change. A refusal changed nothing, so the request may be tried again under its key."""
    stored: KeptAnswer | None = getattr(request, "_kept_answer", None)
    if stored is None:
        return
    if response.status_code < 300:
        stored.status, stored.body = response.status_code, response.content.decode()
        stored.save(update_fields=["status", "body"])
    else:
        stored.delete()
