"""Forms for people, groups of people, and grants."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError

from accounts.declared_teams.storage import objection_to_declared
from accounts.models import CompanyGroup, Grant
from accounts.people.changes import NOBODY_LEFT
from accounts.people.limits import (
    EVERYTHING,
    objection_to,
    objection_to_change_of,
    objection_to_group,
    objection_to_person,
)
from accounts.permissions import ACTIONS, CLUSTER_WIDE, CUSTOM, Allowance
from accounts.single_sign_on.identities import place_everybody
from accounts.single_sign_on.ldap.directories import titles
from accounts.single_sign_on.providers import PROXY
from accounts.single_sign_on.proxy import is_configured


class NewPersonForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A user who signs in with a password that the password rules accept."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email")


class LimitedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that gives nothing that goes beyond what its own user has: ``own`` are their allowances."""

    def __init__(self, *args: Any, own: Iterable[Allowance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = list(own)

    def refuse(self, field: str | None, objection: str) -> None:
        if objection:
            self.add_error(field, objection)


class PersonForm(LimitedForm):
    """What can be changed about a user, except password and grants."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "is_active", "is_superuser", "groups")
        labels = {"is_active": "Active", "is_superuser": "Superuser (full access)", "groups": "Teams"}
        help_texts = {"is_active": "", "is_superuser": "", "groups": ""}
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        """Refuse to leave no user who may do everything, and to give more than one has."""
        values = super().clean() or {}
        self.refuse(None, objection_to_person(self.own, User(pk=self.instance.pk, is_superuser=self.initial_superuser)))
        if values.get("is_superuser"):
            self.refuse("is_superuser", objection_to(self.own, [EVERYTHING]))
        for group in values.get("groups") or ():
            self.refuse("groups", objection_to_group(self.own, group))
        others = User.objects.filter(is_active=True, is_superuser=True).exclude(pk=self.instance.pk)
        if not (values.get("is_active") and values.get("is_superuser")) and not others.exists():
            raise ValidationError(NOBODY_LEFT)
        return values

    @property
    def initial_superuser(self) -> bool:
        return bool(self.initial.get("is_superuser"))


class GroupForm(LimitedForm):
    """A group of people."""

    members = forms.ModelMultipleChoiceField(
        User.objects.order_by("username"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["members"].initial = self.instance.user_set.all()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.refuse(None, objection_to_change_of(self.own, self.instance))
        return values

    def save(self, commit: bool = True) -> Any:
        group = super().save(commit)
        group.user_set.set(self.cleaned_data["members"])
        return group


class CompanyGroupForm(LimitedForm):
    """A group at a provider whose people are in a team."""

    class Meta:
        model = CompanyGroup
        fields = ("name", "provider")
        labels = {"name": "Group", "provider": "Provider"}
        help_texts = {"name": "As the provider names it, e.g. kafka-team or /company/kafka."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Any"), *titles().items(), *([(PROXY, "Proxy")] if is_configured() else [])]
        self.fields["provider"] = forms.ChoiceField(label="Provider", choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse to let strangers into a team that may do more than one's own."""
        values = super().clean() or {}
        self.refuse(None, objection_to_change_of(self.own, self.instance.team))
        if not self.errors and CompanyGroup.objects.filter(team=self.instance.team, **self.cleaned_data).exists():
            self.add_error("name", "The team has this group already.")
        return values

    def save(self, commit: bool = True) -> Any:
        company_group = super().save(commit)
        place_everybody()
        return company_group


class GrantForm(LimitedForm):
    """A role, or a choice of actions, on clusters and resources by glob."""

    actions = forms.MultipleChoiceField(
        choices=[(action, action) for action in sorted(ACTIONS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For the role “custom” only. Whoever has approvals.decide decides others' requests, for changes that "
        "they could make themselves.",
    )

    class Meta:
        model = Grant
        fields = ("role", "actions", "clusters", "resources")
        help_texts = {
            "clusters": "Short name of a cluster, as in its URL, or a glob, e.g. prod-*.",
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a custom grant of nothing; a role's actions are the role's."""
        values = super().clean() or {}
        if values.get("role") != CUSTOM:
            values["actions"] = []
        elif not values.get("actions"):
            self.add_error("actions", "Choose at least one action.")
        else:
            values["actions"] = sorted(set(values["actions"]))
        self.refuse(None, objection_to_declared(self.instance.group))
        if not self.errors:
            self.refuse(None, objection_to(self.own, [Allowance(
                values["role"], values["clusters"], values["resources"], frozenset(values["actions"])
            )]))  # fmt: skip
        if not self.errors and self.equal_grant():
            self.add_error(None, f"{self.instance.user or self.instance.group} already has this role.")
        return values

    def equal_grant(self) -> Grant | None:
        """Return the owner's grant of just this, if there is one."""
        owner = {"user": self.instance.user, "group": self.instance.group}
        return Grant.objects.filter(**owner, **self.cleaned_data).first()

    def save(self, commit: bool = True) -> Any:
        """Save the grant, or return the equal one that was made since the form was checked."""
        return self.equal_grant() or super().save(commit)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wide = ", ".join(sorted(CLUSTER_WIDE))
        self.fields["resources"].help_text = (
            "Name of a topic, consumer group, principal, subject or connector, or a glob, e.g. team.*; * for all. "
            "A subject is meant in each schema registry of the cluster. "
            f"Cluster-wide actions ({wide}) require *."
        )
