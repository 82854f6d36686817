"""Managing people: who may sign in, in which groups they are, and their grants."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, User
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy

from accounts.access import for_everyone, granted, guarded, refuse
from accounts.anonymous import require_own_account
from accounts.mailed_links.sending import can_send
from accounts.mailed_links.tokens import is_invited
from accounts.models import CompanyGroup, Grant
from accounts.people import changes, queries
from accounts.people.changes import MANAGE, LastAdministratorError
from accounts.people.company_groups import company_context
from accounts.people.forms import CompanyGroupForm, GrantForm, GroupForm, NewPersonForm, PersonForm
from accounts.people.limits import objection_to_change_of, objection_to_grant, objection_to_person
from accounts.people.sign_in_trouble import sign_in_context
from accounts.second_factor import changes as second_factor
from accounts.second_factor.pending import has_passed, pass_on
from accounts.second_factor.policy import SENTENCES, policy
from accounts.single_sign_on.ldap.directories import titles
from core.web.page import page
from core.web.toasts import toast

SAVED = {"grant": "Role added.", "company": "Group added.", "password": "Password set."}


@guarded(MANAGE)
def people(request: HttpRequest) -> HttpResponse:
    """List people and groups with their grants."""
    context = {
        "people": queries.people().order_by("username"),
        "groups": queries.teams().order_by("name"),
        "second_factor_policy": SENTENCES[policy()],
        "can_invite": can_send(),
        "can_try": titles(),
    }
    context |= sign_in_context(request)
    return page(request, "people/list.html", context)


@guarded(MANAGE)
def new_person(request: HttpRequest) -> HttpResponse:
    """Add a person; their grants come next."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = changes.save(request, form)
        toast(request, f"User {person.username} created. Add a role next.")
        return redirect("person", person.pk)
    return page(request, "people/new.html", {"form": form}, status=422 if form.errors else 200)


@guarded(MANAGE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person, their password, or their grants, each by a form of its own."""
    user = get_object_or_404(User, pk=pk)
    which, own = request.POST.get("form", ""), granted(request)
    if which in {"password", "delete", "second-factor"} and (objection := objection_to_person(own, user)):
        return refuse(request, MANAGE, "*", user.username, objection)
    if which == "delete":
        return person_removed(request, user)
    if which == "second-factor":
        return second_factor_reset(request, user)
    forms: dict[str, Any] = {
        "person": PersonForm(request.POST if which == "person" else None, instance=user, own=own),
        "password": SetPasswordForm(user, request.POST if which == "password" else None),
        "grant": GrantForm(request.POST if which == "grant" else None, instance=Grant(user=user), own=own),
    }
    return save_sent_form(request, user, forms, which, "people/person.html", "person")


@guarded(MANAGE)
def new_group(request: HttpRequest) -> HttpResponse:
    """Add a group of people."""
    form = GroupForm(request.POST or None, own=granted(request))
    if request.method == "POST" and form.is_valid():
        team = changes.save(request, form)
        return redirect("people-group", team.pk)
    return page(request, "people/new_group.html", {"form": form}, status=422 if form.errors else 200)


@guarded(MANAGE)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a group of people, or its grants."""
    team = get_object_or_404(Group, pk=pk)
    which, own = request.POST.get("form", ""), granted(request)
    if which == "delete" and (objection := objection_to_change_of(own, team)):
        return refuse(request, MANAGE, "*", team.name, objection)
    if which == "delete":
        changes.remove_group(request, team)
        return redirect("people")
    forms: dict[str, Any] = {
        "group": GroupForm(request.POST if which == "group" else None, instance=team, own=own),
        "grant": GrantForm(request.POST if which == "grant" else None, instance=Grant(group=team), own=own),
        "company": CompanyGroupForm(
            request.POST if which == "company" else None, instance=CompanyGroup(team=team), own=own
        ),
    }
    return save_sent_form(request, team, forms, which, "people/group.html", "people-group")


def save_sent_form(
    request: HttpRequest, owner: Any, forms: dict[str, Any], which: str, template: str, view: str
) -> HttpResponse:
    """Save the one form of a page that was sent, or show the page."""
    form = forms.get(which)
    if form is not None and form.is_valid():
        try:
            (changes.set_password if which == "password" else changes.save)(request, form, *of_grant(which, owner))
        except LastAdministratorError as error:
            form.add_error(None, str(error))
        else:
            toast(request, SAVED.get(which, "Changes saved."))
            return redirect(view, owner.pk)
    context = {"found": owner, "forms": forms, "grants": Grant.objects.filter(**{owner_of(owner): owner})}
    context |= company_context(owner)
    context["is_invited"] = isinstance(owner, User) and can_send() and is_invited(owner)
    return page(request, template, context, status=422 if form is not None else 200)


def of_grant(which: str, owner: Any) -> tuple[Any, ...]:
    """Return the person or group that a form of a grant or company group is for; others are about themselves."""
    return (owner,) if which in {"grant", "company"} else ()


def person_removed(request: HttpRequest, person: User) -> HttpResponse:
    """Delete a person; who would leave nobody to do everything stays."""
    try:
        changes.remove_person(request, person)
    except LastAdministratorError as error:
        messages.error(request, str(error))
        return redirect("person", person.pk)
    toast(request, f"User {person.username} deleted, with all sessions and tokens.")
    return redirect("people")


def second_factor_reset(request: HttpRequest, person: User) -> HttpResponse:
    """Remove the second factor of somebody who has lost it; nobody does so for themselves."""
    if person.pk == request.user.pk:
        return refuse(request, MANAGE, "*", person.username, second_factor.ONES_OWN)
    second_factor.reset(request, person)
    toast(request, f"Second factor of {person.username} reset; all sessions were ended.")
    return redirect("person", person.pk)


def owner_of(owner: Any) -> str:
    """Return the field of a grant that holds a person or a group."""
    return "user" if isinstance(owner, User) else "group"


@guarded(MANAGE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    grant = get_object_or_404(Grant.objects.select_related("user", "group"), pk=pk)
    if objection := objection_to_grant(granted(request), grant):
        return refuse(request, MANAGE, "*", str(grant), objection)
    changes.withdraw(request, grant)
    toast(request, "Role removed.")
    return redirect("person", grant.user_id) if grant.user_id else redirect("people-group", grant.group_id)


class OwnPassword(PasswordChangeView):
    """Change one's own password."""

    template_name = "people/password.html"
    success_url = reverse_lazy("home")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_own_account(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it; other sessions and all tokens end, this session goes on."""
        with_both_factors = has_passed(self.request.session)
        changes.set_password(self.request, form)
        login(self.request, form.user, self.request.session["_auth_user_backend"])
        if with_both_factors:
            pass_on(self.request.session)
        toast(self.request, "Password changed. Your other sessions and your API tokens were revoked.")
        return redirect(self.get_success_url())


own_password = for_everyone("clusters.list")(OwnPassword.as_view())
