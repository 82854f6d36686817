"""Inviting users by e-mail: the account is made at once, with its access, and nobody can sign in to it before."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import HttpRequest

from accounts.anonymous import NAME as ANONYMOUS
from accounts.mailed_links.sending import send_invitation
from accounts.models import Grant
from accounts.own_records import apply_own_change
from accounts.people.changes import plan_of
from accounts.people.limits import objection_to, objection_to_group
from accounts.permissions import ROLES, Allowance
from core.plan import Plan

INVITED, ACCEPTED, SENT = "invited by e-mail", "accepted the invitation", "invitation sent again"
TAKEN = "There is a user with this e-mail address or name already."
LONGEST = 150  # characters of a user name


class InvitationForm(forms.Form):
    """Whom to invite, and what they may do; nothing that goes beyond what ``own`` allowances cover."""

    email = forms.EmailField(max_length=LONGEST, label="E-mail address")
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"), required=False, label="Teams", widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(choices=[("", "None"), *((role, role) for role in ROLES)], required=False)
    clusters = forms.CharField(
        max_length=255, initial="*", required=False, help_text="Short name of a cluster, or a glob, e.g. prod-*."
    )
    resources = forms.CharField(max_length=255, initial="*", required=False, help_text="Names, or a glob; * for all.")

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = list(own)

    def clean_email(self) -> str:
        """Refuse an address that a user has, as name or address."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(username__iexact=email).exists() or User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(TAKEN)
        return email

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["clusters"], values["resources"] = values.get("clusters") or "*", values.get("resources") or "*"
        for group in values.get("groups") or ():
            if objection := objection_to_group(self.own, group):
                self.add_error("groups", objection)
        if values.get("role") and (objection := objection_to(self.own, [self.allowance(values)])):
            self.add_error("role", objection)
        return values

    @staticmethod
    def allowance(values: dict[str, Any]) -> Allowance:
        return Allowance(values["role"], values["clusters"], values["resources"])

    @transaction.atomic
    def save(self) -> User:
        """Make the account, without a password."""
        values = self.cleaned_data
        user = User.objects.create_user(values["email"], values["email"])
        user.groups.set(values["groups"])
        if values["role"]:
            Grant.objects.create(
                user=user, role=values["role"], clusters=values["clusters"], resources=values["resources"]
            )
        return user


class AcceptanceForm(SetPasswordForm):  # type: ignore[type-arg]
    """The user name and password that an invited user chooses."""

    username = User._meta.get_field("username").formfield(label="User name")
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)
    field_order = ("username", "first_name", "last_name", "new_password1", "new_password2")

    def clean_username(self) -> str:
        """Refuse a name that somebody has, in any case, and that of visitors without an account."""
        username: str = self.cleaned_data["username"]
        others = User.objects.filter(username__iexact=username).exclude(pk=self.user.pk)
        if others.exists() or username.lower() == ANONYMOUS:
            raise forms.ValidationError("Another user has this name.")
        return username

    def save(self, commit: bool = True) -> Any:
        for name in ("username", "first_name", "last_name"):
            setattr(self.user, name, self.cleaned_data[name])
        return super().save(commit)


def plan_of_invitation(form: InvitationForm) -> Plan:
    """Return what inviting somebody does, with the access that they get."""
    values = form.cleaned_data
    teams = f", teams: {', '.join(sorted(map(str, values['groups'])))}" if values["groups"] else ""
    role = f", {values['role']} on {values['clusters']}/{values['resources']}" if values["role"] else ""
    return plan_of(values["email"], None, f"{INVITED}{role}{teams}")


def invite(request: HttpRequest, form: InvitationForm) -> User:
    """Make the account of a valid form, and send the link.

    Raises:
        NotSent: the account is there, the e-mail is not.
    """
    user: User = apply_own_change(request, plan_of_invitation(form), form.save)
    send_invitation(user, request.user.get_username())
    return user


def plan_of_sending(user: User) -> Plan:
    return plan_of(user.get_username(), None, SENT)


def send_again(request: HttpRequest, user: User) -> None:
    """Send an invited user another link.

    Raises:
        NotSent: the e-mail was not sent.
    """
    send_invitation(user, request.user.get_username())
    apply_own_change(request, plan_of_sending(user), lambda: None)


def accept(request: HttpRequest, form: AcceptanceForm) -> None:
    """Make an account its user's own."""
    invited_as = form.user.get_username()
    request.user = form.user  # in the audit log: nobody is signed in here
    apply_own_change(request, plan_of(form.cleaned_data["username"], invited_as, ACCEPTED), form.save)
