"""Creating, listing and revoking one's own tokens."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.access import for_everyone, granted, guarded, refuse
from accounts.anonymous import require_own_account
from accounts.own_records import apply_own_change
from accounts.people.changes import MANAGE
from accounts.people.limits import objection_to_person
from accounts.permissions import may
from api.account.forms import TokenForm
from api.kit import tokens
from api.models import Token
from core.plan import Plan, Step
from core.web.page import page


def plan_of(action: str, token: Token, before: str | None, after: str | None) -> Plan:
    return Plan(action, token.name, (Step(f"token {token.name}", before, after),))


def words(token: Token) -> str:
    """Return as text what a token may be used for."""
    what = ", ".join(token.actions) if token.scope == Token.CHOSEN else token.get_scope_display()
    until = f", until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else ""
    return f"{what}, on {token.clusters}{until}"


@for_everyone("clusters.list")
def listed(request: HttpRequest) -> HttpResponse:
    require_own_account(request)
    return page(request, "api/tokens.html", {"tokens": tokens.of(request.user), "now": timezone.now()})


@for_everyone("clusters.list")
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """Create a token, and show it this once."""
    require_own_account(request)
    form = TokenForm(request.POST or None, instance=Token(user=get_object_or_404(User, pk=request.user.pk)))
    if request.method == "POST" and form.is_valid():
        token = form.token()
        plan = plan_of("tokens.create", token, None, words(token))
        secret = apply_own_change(request, plan, lambda: tokens.issue(token))
        return page(request, "api/token_made.html", {"token": token, "secret": secret}, status=201)
    return page(request, "api/token_new.html", {"form": form}, status=422 if form.errors else 200)


@for_everyone("clusters.list")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token: one's own, or of a person that one may manage. It opens nothing any more, at once."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    token = get_object_or_404(Token.objects.select_related("user"), pk=pk)
    own = token.user_id == request.user.pk
    if not own and not may(granted(request), MANAGE, "*", "*"):
        raise Http404("You have no such token.")
    if not own and (objection := objection_to_person(granted(request), token.user)):
        return refuse(request, MANAGE, "*", token.user.username, objection)
    apply_own_change(request, plan_of("tokens.revoke", token, words(token), None), token.delete)
    messages.success(request, f"Token “{token.name}” revoked.")
    return redirect("tokens") if own else redirect("person", token.user_id)


@guarded(MANAGE)
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody's tokens to whoever manages people."""
    person = get_object_or_404(User, pk=pk)
    context = {"person": person, "tokens": tokens.of(person), "now": timezone.now()}
    return page(request, "api/person_tokens.html", context, "rows")
