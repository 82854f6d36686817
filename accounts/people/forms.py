"""Forms for people, groups of people, and grants."""

from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError

from accounts.models import Grant
from accounts.permissions import ACTIONS, CUSTOM


class NewPersonForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A user who signs in with a password that the password rules accept."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email")


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What can be changed about a user, except password and grants."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "is_active", "is_superuser", "groups")
        labels = {"is_active": "May sign in", "is_superuser": "May do everything, everywhere"}
        help_texts = {"is_active": "", "is_superuser": "", "groups": ""}
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        """Refuse to leave no user who may do everything."""
        values = super().clean() or {}
        others = User.objects.filter(is_active=True, is_superuser=True).exclude(pk=self.instance.pk)
        if not (values.get("is_active") and values.get("is_superuser")) and not others.exists():
            raise ValidationError("Nobody else may do everything; give that to somebody first.")
        return values


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
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

    def save(self, commit: bool = True) -> Any:
        group = super().save(commit)
        group.user_set.set(self.cleaned_data["members"])
        return group


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role, or a choice of actions, on clusters and resources by glob."""

    actions = forms.MultipleChoiceField(
        choices=[(action, action) for action in sorted(ACTIONS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For a custom grant only.",
    )

    class Meta:
        model = Grant
        fields = ("role", "actions", "clusters", "resources")
        help_texts = {
            "clusters": "A cluster's short name as in its address, or a glob such as prod-*.",
            "resources": "A topic's or group's name, or a glob such as team.*; * for all.",
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a custom grant of nothing; a role's actions are the role's."""
        values = super().clean() or {}
        if values.get("role") != CUSTOM:
            values["actions"] = []
        elif not values.get("actions"):
            self.add_error("actions", "Choose at least one action.")
        return values
