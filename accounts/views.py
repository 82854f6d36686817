"""Signing in."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.views import LoginView
from django.db.models import Sum
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.access import address_of

FAILURES_PER_ADDRESS = 100  # wrong passwords from one address, whatever the names, until it must wait


class SignIn(LoginView):
    """The sign-in page; users who are signed in already are redirected to where they were going."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Try the password, unless too many were tried from this address: for a name alone, axes counts."""
        if failures_from(address_of(request)) >= FAILURES_PER_ADDRESS:
            return render(request, "accounts/locked.html", {"address": True}, status=429)
        return super().post(request, *args, **kwargs)


def failures_from(address: str) -> int:
    """Return how many wrong passwords came from an address lately."""
    from django.conf import settings

    recent = AccessAttempt.objects.filter(
        ip_address=address or None, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    return recent.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
