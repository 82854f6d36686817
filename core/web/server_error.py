"""The page for an unexpected exception, or one whose cause is the machine or the database."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django_guid import get_guid

from core.outage import Outage, outage_of

OURS = Outage(500, "Internal error in kafkaadmin.", "See the log, under the id of this request.")


def unexpected(request: HttpRequest) -> HttpResponse:
    """Answer to an unhandled exception: Django calls this while it is being handled.

    The page needs neither database nor session, because these may be what is missing.
    """
    outage = outage_of(sys.exc_info()[1], settings.DATA_DIR) or OURS
    number = str(get_guid() or "")
    if "application/json" in request.headers.get("Accept", ""):
        content = {"error": outage.sentence, "advice": outage.advice, "request_id": number}
        return JsonResponse(content, status=outage.status)
    part = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    context = {
        "outage": outage,
        "number": number,
        "again": request.get_full_path() if request.method == "GET" else "",
    }
    page = render_to_string("500.html#outage" if part else "500.html", context)
    return HttpResponse(page, status=outage.status)
