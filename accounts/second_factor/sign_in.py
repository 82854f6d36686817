"""The second step of a sign-in with a password: a code, or setting up the second factor that is required."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import AuditEntry, SecondFactor
from accounts.second_factor import changes
from accounts.second_factor.codes import in_groups
from accounts.second_factor.forms import WRONG_CODE, CodeForm, NewKeyForm
from accounts.second_factor.new_key import forget_key, key_context, key_for
from accounts.second_factor.pending import PENDING, PendingSignIn, begin, pass_on, pending_user
from accounts.second_factor.places import REFUSED, place_of
from accounts.second_factor.policy import has_second_factor
from accounts.second_factor.verification import Verdict, verify
from accounts.signals import record_sign_in


def second_step(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """Go on from a right password to the second factor."""
    begin(request.session, user, user.backend, next_url, timezone.now())
    return redirect("second-factor-code" if has_second_factor(user) else "second-factor-enrol")


@login_not_required
@never_cache
@sensitive_post_parameters()
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and sign in who gave their password and has it."""
    pending = pending_user(request.session, timezone.now())
    if pending is None:
        return from_the_beginning(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict = verify(pending[0], form.cleaned_data["code"], timezone.now())
        if response := response_to(request, *pending, verdict):
            return response
        form.add_error("code", WRONG_CODE)
    return code_page(request, pending[0], form)


@login_not_required
@never_cache
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in who gave their password and has the passkey that the browser used."""
    from accounts.second_factor import passkeys  # WebAuthn's library is large, and seldom needed

    now, place = timezone.now(), place_of(request)
    pending = pending_user(request.session, now)
    if pending is None or place is None:
        return from_the_beginning(request)
    verdict = passkeys.verify_passkey(request, place, pending[0], request.POST.get("credential", ""), now)
    response = response_to(request, *pending, verdict)
    return response or code_page(request, pending[0], CodeForm(), problem=REFUSED)


def response_to(request: HttpRequest, user: User, pending: PendingSignIn, verdict: Verdict) -> HttpResponse | None:
    """Sign in by a right code or passkey; None where it is wrong, and can be tried again."""
    if verdict.is_right:
        finish(request, user, pending, verdict.value)
        return redirect(pending.next)
    record_sign_in(request, user.get_username(), AuditEntry.REFUSED, verdict.value)
    return render(request, "accounts/locked.html", {"code": True}, status=429) if verdict is Verdict.LOCKED else None


def code_page(request: HttpRequest, user: User, form: CodeForm, *, problem: str = "") -> HttpResponse:
    """Ask for a code, or a passkey where the user has some that work here."""
    context = {"form": form, "person": user, "options": passkey_options(request, user), "problem": problem}
    status = 422 if form.errors or problem else 200
    return render(request, "accounts/second_factor_code.html", context, status=status)


def passkey_options(request: HttpRequest, user: User) -> str:
    """Return what the browser answers with a passkey, as JSON; empty where the user has none that works here."""
    place, factor = place_of(request), SecondFactor.objects.filter(user=user).first()
    if place is None or factor is None or not factor.passkeys.exists():
        return ""
    from accounts.second_factor import passkeys

    return passkeys.authentication_options(request, place, factor)


@login_not_required
@never_cache
@sensitive_post_parameters()
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up the second factor that is required, and sign in: there is no other page before."""
    pending = pending_user(request.session, timezone.now())
    if pending is None or has_second_factor(pending[0]):
        return from_the_beginning(request)
    user, now = pending[0], timezone.now()
    key = key_for(request, user, now)
    form = NewKeyForm(request.POST or None, key=key)
    if request.method == "POST" and form.is_valid():
        try:
            return enrolled(request, *pending, form, now)
        except IntegrityError:  # another browser was faster
            return from_the_beginning(request)
    context: dict[str, Any] = {"form": form, "person": user, **key_context(key)}
    return render(request, "accounts/second_factor_enrol.html", context, status=422 if form.errors else 200)


def enrolled(request: HttpRequest, user: User, pending: PendingSignIn, form: NewKeyForm, now: Any) -> HttpResponse:
    """Sign in with the new second factor, and show the recovery codes."""
    request.user = user  # in the audit log: nobody else is signed in here
    recovery_codes = changes.set_up(request, user, form.key, form.step, now, replaces=False)
    forget_key(request)
    finish(request, user, pending, Verdict.CODE.value)
    context = {"codes": [in_groups(code) for code in recovery_codes], "next": pending.next, "signing_in": True}
    return render(request, "accounts/recovery_codes.html", context, status=201)


def finish(request: HttpRequest, user: User, pending: PendingSignIn, detail: str) -> None:
    request.sign_in_detail = detail  # type: ignore[attr-defined]
    login(request, user, pending.backend)
    pass_on(request.session)


def from_the_beginning(request: HttpRequest) -> HttpResponse:
    """Ask for the password again."""
    request.session.pop(PENDING, None)
    return redirect("login")
