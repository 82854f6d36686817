"""Asking for a link to set a forgotten password, setting it, inviting users, and accepting an invitation."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import granted, guarded, refuse
from accounts.mailed_links import invitations, throttle
from accounts.mailed_links.sending import ForgottenPasswordForm, NotSent, can_send
from accounts.mailed_links.tokens import INVITATION, RESET, is_invited
from accounts.people.changes import MANAGE, set_password
from accounts.people.limits import objection_to_person
from accounts.sign_in import may_use_password
from accounts.tasks import send_reset_link
from core.web.page import page
from core.web.toasts import toast

NOT_HERE = "This kafkaadmin sends no e-mail."


@login_not_required
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether the address is somebody's, as is the time that it takes."""
    if not can_send():
        raise Http404(NOT_HERE)
    form = ForgottenPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, email = timezone.now(), form.cleaned_data["email"]
        if throttle.is_throttled(request, now):
            return render(request, "accounts/locked.html", {"address": True}, status=429)
        if throttle.may_be_sent(email, now):
            send_reset_link.delay(email)
        throttle.note(request, email)
        return render(request, "accounts/reset_sent.html", {"email": email})
    return render(request, "accounts/reset_request.html", {"form": form}, status=422 if form.errors else 200)


class OfLink(ABC, PasswordResetConfirmView):
    """A page that a link leads to: Django's, which takes the token out of the address first."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Do what the link is for, once; signing in comes next, also with the second factor."""
        self.apply(form)
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        return redirect("login")

    @abstractmethod
    def apply(self, form: Any) -> None:
        """Do what the link is for."""


class ResetPassword(OfLink):
    """Set a forgotten password; sessions and tokens end."""

    template_name, token_generator = "accounts/reset.html", RESET

    def get_user(self, uidb64: str) -> User | None:
        """Return whose password it is, if they may sign in with it."""
        user = super().get_user(uidb64)
        return user if user and user.is_active and user.has_usable_password() and may_use_password(user) else None

    def apply(self, form: Any) -> None:
        self.request.user = form.user  # in the audit log: nobody is signed in here
        set_password(self.request, form)
        toast(self.request, "Password set. Your sessions and API tokens were ended.")


class AcceptInvitation(OfLink):
    """Choose a user name and a password."""

    template_name, token_generator = "accounts/accept_invitation.html", INVITATION
    form_class, reset_url_token = invitations.AcceptanceForm, "accept"

    def get_user(self, uidb64: str) -> User | None:
        """Return who was invited, if they have not accepted yet."""
        user = super().get_user(uidb64)
        return user if user and user.is_active and is_invited(user) and may_use_password(user) else None

    def get_initial(self) -> dict[str, Any]:
        user = self.user
        return {"username": user.email.partition("@")[0] if user else ""}

    def apply(self, form: Any) -> None:
        invitations.accept(self.request, form)
        toast(self.request, f"Welcome, {form.user.get_username()}. Sign in with your new password.")


def link_view(view: type[OfLink]) -> Any:
    """Return the view of a link, which opens without a session."""
    return login_not_required(view.as_view())


@guarded(MANAGE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a user by e-mail."""
    if not can_send():
        raise Http404(NOT_HERE)
    form = invitations.InvitationForm(request.POST or None, own=granted(request))
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(request, form)
            toast(request, f"Invitation sent to {form.cleaned_data['email']}.")
        except NotSent as failure:
            messages.error(request, f"{failure} Send the invitation again from the user's page.")
        return redirect("people")
    return page(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


@guarded(MANAGE)
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    if not can_send() or not is_invited(user):
        raise Http404("There is no invitation to send.")
    if objection := objection_to_person(granted(request), user):
        return refuse(request, MANAGE, "*", user.username, objection)
    try:
        invitations.send_again(request, user)
        toast(request, f"Invitation sent to {user.email}.")
    except NotSent as failure:
        messages.error(request, str(failure))
    return redirect("person", pk)
