"""The form of a new token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import ACTIONS
from api.models import Token

DAYS = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "No expiry")]


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an API token is for."""

    days = forms.ChoiceField(choices=DAYS, required=False, initial="90", label="Expires after")
    actions = forms.MultipleChoiceField(
        choices=[(action, action) for action in sorted(ACTIONS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For the scope “Selected actions” only. A token never has more permissions than you.",
    )

    class Meta:
        model = Token
        fields = ("name", "scope", "actions", "clusters")
        labels = {"scope": "Scope"}
        help_texts = {
            "name": "What uses it, e.g. “deploy pipeline”; shown in the audit log.",
            "clusters": "Short name of a cluster, as in its URL, or a glob, e.g. dev-*; * for all.",
        }

    def clean_name(self) -> str:
        """Refuse a name that another token of the person has."""
        name: str = self.cleaned_data["name"]
        if Token.objects.filter(user=self.instance.user, name=name).exists():
            raise ValidationError("You already have a token with this name; revoke it, or choose another name.")
        return name

    def clean(self) -> dict[str, Any]:
        """Require actions where they are to be chosen, and only there."""
        values = super().clean() or {}
        if values.get("scope") != Token.CHOSEN:
            values["actions"] = []
        elif not values.get("actions"):
            self.add_error("actions", "Choose at least one action.")
        return values

    def token(self) -> Token:
        """Return the token that the valid form describes, not saved yet."""
        token: Token = self.save(commit=False)
        days = self.cleaned_data["days"]
        token.expires_at = timezone.now() + timedelta(days=int(days)) if days else None
        return token
