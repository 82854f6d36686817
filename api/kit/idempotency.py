"""A change that is asked for twice under one ``Idempotency-Key`` is made once, and answered alike for a day."""

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
YES = {"1", "on", "t", "true", "y", "yes"}  # as the query's other readers take it
UNDER_WAY, WAIT = "The same request is under way.", "Wait a moment and send it again."
GIVEN_UP = timedelta(minutes=2)  # whoever was at it has died: a worker is stopped long before


class Replay(Exception):
    """The request was answered before."""

    def __init__(self, stored: KeptAnswer) -> None:
        super().__init__()
        self.kept = stored


def digest_of(request: HttpRequest) -> str:
    """Return what tells one request from another. It is keyed: a body may hold a password that could be guessed."""
    about = f"{request.method} {request.get_full_path()}\n"
    return salted_hmac("api.kit.idempotency", about.encode() + request.body, algorithm="sha256").hexdigest()


def key_of(request: HttpRequest) -> str:
    """Return the request's key; a dry run has none, since it changes nothing.

    Raises:
        Refused: it is too long.
    """
    key = request.headers.get(HEADER, "")
    if len(key) > LONGEST:
        raise Refused(422, f"{HEADER} has at most {LONGEST} characters.")
    return "" if request.GET.get("dry_run", "").lower() in YES else key


def recall(request: HttpRequest, person: User) -> None:
    """Look whether a request was made before under its key.

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
    """Note that a change begins under the request's key, if it has one.

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
    """Return the answer that was kept."""
    response = HttpResponse(replay.kept.body, status=replay.kept.status, content_type="application/json; charset=utf-8")
    response[REPLAYED] = "true"
    return response


def finish(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the answer to a change. What was refused has changed nothing, so it may be tried again under its key."""
    stored: KeptAnswer | None = getattr(request, "_kept_answer", None)
    if stored is None:
        return
    if response.status_code < 300:
        stored.status, stored.body = response.status_code, response.content.decode()
        stored.save(update_fields=["status", "body"])
    else:
        stored.delete()
