"""Errors as RFC 9457 problem details: never a traceback, never a secret."""

import logging
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django_guid import get_guid
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from clusters.failures import failure_of, status_of
from clusters.gateway.errors import KafkaFailure
from core.outage import outage_of
from metrics.sources.http import SourceFailure

CONTENT_TYPE = "application/problem+json"
KINDS = {
    400: ("bad-request", "Malformed request"),
    401: ("sign-in", "Valid token required"),
    403: ("not-allowed", "Access denied"),
    404: ("not-found", "Not found"),
    405: ("method", "Method not allowed"),
    409: ("conflict", "Conflict"),
    413: ("too-large", "Request too large"),
    422: ("invalid", "Invalid values"),
    500: ("internal", "Internal error"),
    503: ("database", "Database unreachable"),
    507: ("no-room", "Disk full"),
    502: ("kafka", "Kafka, or the metrics source, failed"),
    504: ("kafka-silent", "Kafka timed out"),
}
M = TypeVar("M", bound=Model)
log = logging.getLogger(__name__)


class Problem(Schema):
    """What went wrong (RFC 9457), with what to do about it."""

    type: str = Field(description="Identifies the kind of problem; stable.")
    title: str
    status: int
    detail: str = Field(description="What happened, and why.")
    advice: str = Field("", description="What to do.")
    errors: dict[str, list[str]] = Field({}, description="Errors by field.")
    request_id: str = Field("", description="Id of the request in the log.")


class Refused(Exception):
    """Ends a request with a problem as its answer."""

    def __init__(self, status: int, detail: str, advice: str = "", errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.advice, self.errors = status, detail, advice, errors


def problem(status: int, detail: str, advice: str = "", errors: dict[str, list[str]] | None = None) -> HttpResponse:
    kind, title = KINDS.get(status, ("other", "The request failed"))
    content = Problem(
        type=f"urn:kafkaadmin:problem:{kind}",
        title=title,
        status=status,
        detail=detail,
        advice=advice,
        errors=errors or {},
        request_id=str(get_guid() or ""),
    )
    response = JsonResponse(content.model_dump(), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="kafkaadmin"'
    return response


def invalid(form: BaseForm) -> Refused:
    """Return a form's errors as a refusal; those that concern no single field have an empty name."""
    errors = {
        "" if name == "__all__" else name: [str(message["message"]) for message in messages]
        for name, messages in form.errors.get_json_data().items()
    }
    return Refused(422, " ".join(text for texts in errors.values() for text in texts), errors=errors)


def named(rows: QuerySet[M], field: str, name: str, noun: str) -> M:
    """Return the row that an address names.

    Raises:
        Refused: there is none.
    """
    row = None if "\0" in name else rows.filter(**{field: name}).first()
    if row is None:
        raise Refused(404, f"There is no {noun} {name}.", "Check the list.")
    return row


def of_source(failure: SourceFailure) -> HttpResponse:
    return problem(502, failure.sentence, failure.advice)


def of_kafka(failure: KafkaFailure) -> HttpResponse:
    status = status_of(failure)
    errors = {failure.field: [failure.sentence]} if failure.field else None
    return problem(status, failure.sentence, failure.advice, errors)


def of_values(error: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for field_error in error.errors:
        place = [str(part) for part in field_error["loc"]]
        name = ".".join(place[2:] if place[0] == "body" else place[-1:])
        errors.setdefault(name, []).append(str(field_error["msg"]).removeprefix("Value error, "))
    detail = " ".join(f"{name or 'body'}: {text}." for name, texts in errors.items() for text in texts)
    return problem(422, detail, errors=errors)


def unexpected(error: Exception) -> HttpResponse:
    """Log an unexpected error, and answer without its details: only the request's id leads to the log."""
    if failure := failure_of(error):
        return of_kafka(failure)
    log.error("The API failed", exc_info=error)
    if outage := outage_of(error, settings.DATA_DIR):
        return problem(outage.status, outage.sentence, outage.advice)
    return problem(500, "Internal error in kafkaadmin.", "See the log, under the request_id.")


def of_ninja(error: HttpError) -> HttpResponse:
    """Answer for what the framework refuses by itself: a body that it cannot parse."""
    if error.status_code == 400:
        return problem(400, "The request body is not valid JSON.", "See the API docs at /api/v1/docs.")
    return problem(error.status_code, f"{error}.")


def install(api: NinjaAPI) -> None:
    """Register the handlers that turn every exception into a problem."""

    def answer(kind: type[Exception], act: Any) -> None:
        api.add_exception_handler(kind, lambda _, error: act(error))

    answer(Exception, unexpected)
    answer(Refused, lambda refusal: problem(refusal.status, refusal.detail, refusal.advice, refusal.errors))
    answer(KafkaFailure, of_kafka)
    answer(SourceFailure, of_source)
    answer(ValidationError, of_values)
    answer(Http404, lambda error: problem(404, str(error) or "Not found."))
    answer(HttpError, of_ninja)
    answer(RequestDataTooBig, lambda _: problem(413, "The request body is too large."))
    answer(TooManyFieldsSent, lambda _: problem(400, "The query has too many parameters."))
    answer(UnreadablePostError, lambda _: problem(400, "The request body is incomplete."))


def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer for addresses that the API does not have."""
    return problem(404, "The API has no such path.", "See the API docs at /api/v1/docs.")
