"""Going to a provider, coming back from it, and hearing from it that somebody signed out there."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts import password_backend
from accounts.models import Identity
from accounts.people.credentials import end_sessions
from accounts.signals import record_refusal
from accounts.single_sign_on.claims import ClaimError, omits_groups, person_of
from accounts.single_sign_on.endpoints import endpoints_of
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.flow import VALID_SECONDS, begin, finish, take_begun, with_query
from accounts.single_sign_on.id_tokens import is_logout, read_token
from accounts.single_sign_on.identities import user_for
from accounts.single_sign_on.middleware import IDENTITY
from accounts.single_sign_on.providers import Provider, configured
from core.web.paths import reverse

LONGEST_HINT = 5_000  # characters of an ID token: a URL has no room for more, nor has each request for reading it
TOO_MANY_GROUPS = (
    "It names no groups, since there are too many for a token: no team follows. Have it name only those that are "
    "assigned to the application."
)
SESSION_ID, ID_TOKEN, ISSUED_AT = "sso_sid", "sso_id_token", "sso_issued_at"


def provider_named(name: str) -> Provider:
    provider = configured().get(name)
    if provider is None:
        raise Http404("There is no such provider.")
    return provider


def redirect_uri(request: HttpRequest, provider: Provider) -> str:
    """Return where the provider sends people back to, as it is registered there."""
    path = (
        f"{reverse('home')}{provider.redirect_path}"
        if provider.redirect_path
        else reverse("sso-callback", provider.name)
    )
    if not settings.PUBLIC_URL:
        return request.build_absolute_uri(path)
    return f"{settings.PUBLIC_URL}/{path.removeprefix(reverse('home'))}"


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """Go to the provider."""
    provider = provider_named(name)
    target = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    try:
        url = begin(
            request.session, provider, redirect_uri(request, provider), target if is_ours else "", timezone.now()
        )
    except SignInRefused as refusal:
        return refused(request, provider, refusal)
    if not request.user.is_authenticated:  # strangers can begin as many as they like
        request.session.set_expiry(VALID_SECONDS)
    return redirect(url)


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, name: str) -> HttpResponse:
    """Come back from the provider, and be signed in."""
    provider, now = provider_named(name), timezone.now()
    try:
        begun = take_begun(request.session, provider, request.GET.get("state", ""), now)
        signed_in = finish(provider, begun, request.GET.dict(), redirect_uri(request, provider), now)
        user, identity = user_for(provider, person_of(signed_in.claims, provider), signed_in.refresh_token, now)
    except SignInRefused as refusal:
        return refused(request, provider, refusal)
    except ClaimError as error:
        return refused(request, provider, SignInRefused(f"{provider.title} does not say who you are: {error}"))
    detail = f"At {provider.title.rstrip('.')}. {TOO_MANY_GROUPS if omits_groups(signed_in.claims, provider) else ''}"
    request.sign_in_detail = detail.strip()  # type: ignore[attr-defined]
    login(request, user, password_backend.PATH)
    request.session.update({
        IDENTITY: identity.pk, SESSION_ID: str(signed_in.claims.get("sid", "")),
        ISSUED_AT: signed_in.claims.get("iat", 0),
        ID_TOKEN: signed_in.id_token if len(signed_in.id_token) <= LONGEST_HINT else "",
    })  # fmt: skip
    return redirect(begun.next or settings.LOGIN_REDIRECT_URL)


@login_not_required
@never_cache
@require_GET
def former_callback(request: HttpRequest, client: str) -> HttpResponse:
    """Come back from a provider at which another tool's address is registered."""
    path = request.path_info.removeprefix("/")
    provider = next((each for each in configured().values() if each.redirect_path == path), None)
    if provider is None:
        raise Http404("There is no such provider.")
    return callback(request, provider.name)


def refused(request: HttpRequest, provider: Provider, refusal: SignInRefused) -> HttpResponse:
    """Say why nobody was signed in, and write it down."""
    record_refusal(request, f"At {provider.title}: {refusal.sentence}")
    context = {"refusal": refusal, "provider": provider}
    status = 502 if isinstance(refusal, ProviderAway) else 403
    return render(request, "accounts/sso_refused.html", context, status=status)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def back_channel_logout(request: HttpRequest, name: str) -> HttpResponse:
    """End the sessions that the provider says have ended there (OpenID Connect Back-Channel Logout 1.0)."""
    provider = provider_named(name)
    try:
        claims = read_token(provider, request.POST.get("logout_token", ""), timezone.now())
    except SignInRefused as refusal:
        return JsonResponse({"error": "invalid_request", "error_description": refusal.sentence}, status=400)
    subject, session_id = claims.get("sub"), claims.get("sid")
    if not is_logout(claims) or not (subject or session_id):
        return JsonResponse({"error": "invalid_request", "error_description": "This is no logout token."}, status=400)
    identities = Identity.objects.filter(provider=provider.name)
    identities = identities.filter(subject=subject) if subject else identities

    def is_meant(session: Mapping[str, Any]) -> bool:
        """Tell whether a session began before the token was issued: one that is sent again ends no newer ones."""
        is_named = not session_id or session.get(SESSION_ID) == str(session_id)
        return bool(is_named and session.get(ISSUED_AT, 0) <= claims["iat"])

    end_sessions(identities.values_list("user", flat=True), is_meant)
    return HttpResponse()


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here, and at the provider where that is possible."""
    pk, id_token = request.session.get(IDENTITY), request.session.get(ID_TOKEN, "")
    identity = Identity.objects.filter(pk=pk).first() if pk else None
    provider = configured().get(identity.provider) if identity else None
    logout(request)
    url = end_session_url(request, provider, id_token) if provider else ""
    if not url:
        return redirect(settings.LOGOUT_REDIRECT_URL)
    return render(request, "accounts/sso_signed_out.html", {"provider": provider, "url": url})


def end_session_url(request: HttpRequest, provider: Provider, id_token: str) -> str:
    """Return where to sign out at the provider; empty where it has no such page, or does not answer."""
    try:
        url = endpoints_of(provider).url("end_session_endpoint")
    except ProviderAway:
        return ""
    back = request.build_absolute_uri(reverse("login"))
    query = {"post_logout_redirect_uri": back, "client_id": provider.client_id}
    if id_token:
        query["id_token_hint"] = id_token
    return with_query(url, query) if url else ""
