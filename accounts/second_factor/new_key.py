"""The key of an authenticator app that is being set up: in the session, encrypted, until a code proves it."""

import io
from datetime import datetime
from typing import Any

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.second_factor.codes import in_groups, new_key, uri_of
from core.encryption import SecretsUnreadable, decrypt, encrypt

NEW_KEY = "second_factor_new_key"  # the session's key
VALID_SECONDS = 1800


def key_for(request: HttpRequest, user: Any, now: datetime) -> str:
    """Return the key that is being set up; the same one for a while, so that a page can be loaded again."""
    values = values_in(request)
    if values.get("user") == str(user.pk) and now.timestamp() - float(values["at"]) <= VALID_SECONDS:
        return values["key"]
    values = {
        "user": str(user.pk), "key": new_key(), "at": str(now.timestamp()),
        "account": f"{user.get_username()}@{request.get_host()}",
    }  # fmt: skip
    request.session[NEW_KEY] = encrypt(values)
    return values["key"]


def values_in(request: HttpRequest) -> dict[str, str]:
    try:
        return decrypt(request.session.get(NEW_KEY, ""))
    except SecretsUnreadable:
        return {}


def forget_key(request: HttpRequest) -> None:
    request.session.pop(NEW_KEY, None)


def key_context(key: str) -> dict[str, str]:
    """Return what a page shows of a key beside the QR code."""
    return {"key": in_groups(key)}


@login_not_required
@never_cache
def qr_code(request: HttpRequest) -> HttpResponse:
    """Draw the key of this session for an app's camera."""
    values = values_in(request)
    if not values or timezone.now().timestamp() - float(values["at"]) > VALID_SECONDS:
        raise Http404("There is no key to draw.")
    image = io.BytesIO()
    segno.make(uri_of(values["key"], values["account"]), error="m", micro=False).save(
        image, kind="svg", scale=5, border=4, light="#fff", xmldecl=False
    )
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")
