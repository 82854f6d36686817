"""Signing in."""

from typing import Any, ClassVar

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.access import counted_address
from accounts.mailed_links.sending import can_send
from accounts.models import AuditEntry
from accounts.second_factor.pending import PENDING
from accounts.second_factor.policy import is_asked_of
from accounts.second_factor.sign_in import second_step
from accounts.sign_in import may_use_password
from accounts.signals import record_sign_in
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.in_force import missing_ways
from accounts.single_sign_on.ldap.directories import configured_directories
from accounts.single_sign_on.middleware import IDENTITY
from accounts.single_sign_on.providers import configured

NO_PASSWORDS = "Passwords of kafkaadmin's own are switched off for this user. Sign in with the company account."
FAILURES_PER_ADDRESS = 100  # wrong passwords from one address, whatever the names, until it must wait


class SignInForm(AuthenticationForm):
    """A user name and a password, which the configuration may keep to superusers, or to nobody."""

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc, assignment]
        "invalid_login": "Wrong user name or password. Check both; passwords are case-sensitive.",
        "inactive": "This user is deactivated.",
    }

    def clean(self) -> dict[str, Any]:
        """Try kafkaadmin's own users and the directories; why a directory refuses, or that it is away, is said."""
        try:
            return super().clean()
        except SignInRefused as refusal:
            record_sign_in(self.request, self.cleaned_data["username"], AuditEntry.REFUSED, refusal.sentence)
            raise ValidationError(f"{refusal.sentence} {refusal.advice}".strip()) from refusal

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not hasattr(user, "signed_in_identity") and not may_use_password(user):
            record_sign_in(self.request, user.get_username(), AuditEntry.REFUSED, NO_PASSWORDS)
            raise ValidationError(NO_PASSWORDS)


class SignIn(LoginView):
    """The sign-in page; users who are signed in already are redirected to where they were going."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the providers that one can sign in with, and whether a password is of any use."""
        local, directories = settings.LOCAL_SIGN_IN != "nobody", list(configured_directories().values())
        ways = {
            "providers": configured().values(),
            "directories": directories,
            "local": local or directories,
            "can_reset": local and can_send(),
            "missing": missing_ways(),
        }
        return super().get_context_data(**kwargs) | ways

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, or ask for the second factor; who came by a directory stays as long as they are in it."""
        user = form.get_user()
        if not hasattr(user, "signed_in_identity") and is_asked_of(user):
            return second_step(self.request, user, self.get_success_url())
        self.request.session.pop(PENDING, None)
        response = super().form_valid(form)
        if (identity := getattr(user, "signed_in_identity", None)) is not None:
            self.request.session[IDENTITY] = identity
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Try the password, unless too many were tried from this address: for a name alone, axes counts."""
        if failures_from(counted_address(request)) >= FAILURES_PER_ADDRESS:
            return render(request, "accounts/locked.html", {"address": True}, status=429)
        return super().post(request, *args, **kwargs)


def failures_from(address: str | None) -> int:
    """Return how many wrong passwords came from an address lately."""
    recent = AccessAttempt.objects.filter(
        ip_address=address, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    return recent.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
