"""Making, listing and revoking one's own tokens."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.access import for_everyone, record
from accounts.models import AuditEntry
from api.account.forms import TokenForm
from api.kit import tokens
from api.models import Token
from core.web.page import page


def record_token_change(request: HttpRequest, action: str, token: Token, before: str | None, after: str | None) -> None:
    steps = [{"subject": f"token {token.name}", "before": before, "after": after}]
    record(request, action, cluster="", resource=token.name, steps=steps, outcome=AuditEntry.DONE)


def words(token: Token) -> str:
    """Return as text what a token may be used for."""
    what = ", ".join(token.actions) if token.scope == Token.CHOSEN else token.get_scope_display()
    until = f", until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else ""
    return f"{what}, on {token.clusters}{until}"


@for_everyone("clusters.list")
def listed(request: HttpRequest) -> HttpResponse:
    return page(request, "api/tokens.html", {"tokens": tokens.of(request.user), "now": timezone.now()})


@for_everyone("clusters.list")
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """Make a token, and show it this once."""
    form = TokenForm(request.POST or None, instance=Token(user=get_object_or_404(User, pk=request.user.pk)))
    if request.method == "POST" and form.is_valid():
        token = form.token()
        secret = tokens.issue(token)
        record_token_change(request, "tokens.create", token, None, words(token))
        return page(request, "api/token_made.html", {"token": token, "secret": secret}, status=201)
    return page(request, "api/token_new.html", {"form": form}, status=422 if form.errors else 200)


@for_everyone("clusters.list")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token of one's own; it opens nothing any more, at once."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    token = get_object_or_404(Token, pk=pk, user_id=request.user.pk)
    record_token_change(request, "tokens.revoke", token, words(token), None)
    token.delete()
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("tokens")
