"""One's own second factor: setting it up, recovery codes, removing it. Each needs the password again."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import for_everyone
from accounts.anonymous import require_own_account
from accounts.models import SecondFactor
from accounts.second_factor import changes
from accounts.second_factor.codes import in_groups
from accounts.second_factor.forms import OwnKeyForm, PasskeyForm, PasswordForm
from accounts.second_factor.new_key import forget_key, key_context, key_for
from accounts.second_factor.places import MOST, REFUSED, place_of
from accounts.second_factor.policy import SENTENCES, is_required_of, policy
from accounts.single_sign_on.middleware import IDENTITY
from accounts.single_sign_on.proxy import BY_PROXY
from core.web.page import page
from core.web.toasts import toast

PAGE = "accounts/second_factor.html"


def by_password(request: HttpRequest) -> bool:
    """Tell whether a session began by a password of kafkaadmin's own; others have their provider's second factor."""
    is_local = IDENTITY not in request.session and BY_PROXY not in request.session
    return is_local and isinstance(request.user, User) and request.user.has_usable_password()


@for_everyone("clusters.list")
@never_cache
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show one's second factor; make new recovery codes, or remove it."""
    require_own_account(request)
    factor = SecondFactor.objects.filter(user=request.user.pk).first()
    which = request.POST.get("form", "")
    required = is_required_of(request.user)
    forms = {name: PasswordForm(request.POST if which == name else None, request=request, auto_id=f"{name}_%s")
             for name in ("codes", "remove", "passkey")}  # fmt: skip
    if factor and which == "codes" and forms[which].is_valid():
        return recovery_codes_page(request, changes.renew_recovery_codes(request, request.user))
    if factor and which == "remove" and not required and forms[which].is_valid():
        changes.remove(request, request.user)
        toast(request, "Second factor removed. Your other sessions were ended.")
        return redirect("second-factor")
    if factor and which == "passkey" and forms[which].is_valid():
        return passkey_removed(request, factor)
    context: dict[str, Any] = {
        "factor": factor, "forms": forms, "required": required, "policy": SENTENCES[policy()],
        "by_password": by_password(request), "left": len(factor.recovery_codes) if factor else 0,
        "has_place": place_of(request) is not None,
    }  # fmt: skip
    return page(request, PAGE, context, status=422 if any(form.errors for form in forms.values()) else 200)


@for_everyone("clusters.list")
@never_cache
@sensitive_post_parameters()
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app, in place of the one that there is."""
    require_own_account(request)
    if not by_password(request):
        return redirect("second-factor")
    now = timezone.now()
    key = key_for(request, request.user, now)
    form = OwnKeyForm(request.POST or None, key=key, request=request)
    if request.method == "POST" and form.is_valid():
        codes = changes.set_up(request, request.user, key, form.step, now, replaces=True)
        forget_key(request)
        return recovery_codes_page(request, codes)
    context = {"form": form, "replaces": SecondFactor.objects.filter(user=request.user.pk).exists(), **key_context(key)}
    return page(request, "accounts/second_factor_set_up.html", context, status=422 if form.errors else 200)


def recovery_codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show recovery codes, this once."""
    context = {"codes": [in_groups(code) for code in codes]}
    return page(request, "accounts/recovery_codes.html", context, status=201)


def passkey_removed(request: HttpRequest, factor: SecondFactor) -> HttpResponse:
    pk = request.POST.get("passkey", "")
    passkey = factor.passkeys.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 18 else None
    if passkey is not None:
        changes.remove_passkey(request, passkey)
        toast(request, f"Passkey {passkey.name} removed. Your other sessions were ended.")
    return redirect("second-factor")


@for_everyone("clusters.list")
@never_cache
@sensitive_post_parameters()
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and keep it."""
    from accounts.second_factor import passkeys  # WebAuthn's library is large, and seldom needed

    require_own_account(request)
    factor = SecondFactor.objects.filter(user=request.user.pk).select_related("user").first()
    place = place_of(request)
    if factor is None or place is None or factor.passkeys.count() >= MOST:
        return redirect("second-factor")
    form = PasskeyForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        passkey = passkeys.passkey_of(request, place, values["credential"], values["name"], timezone.now())
        if passkey is not None:
            changes.add_passkey(request, factor, passkey)
            toast(request, f"Passkey {passkey.name} added.")
            return redirect("second-factor")
        form.add_error(None, REFUSED)
    context = {"form": form, "options": passkeys.registration_options(request, place, factor)}
    return page(request, "accounts/passkey_add.html", context, status=422 if form.errors else 200)
