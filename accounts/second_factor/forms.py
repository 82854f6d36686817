"""Forms of the second factor: a code, and the password again before anything about it changes."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.second_factor.codes import step_of
from accounts.single_sign_on.errors import SignInRefused

WRONG_CODE = "Wrong code. Codes change every 30 seconds: enter the present one, and check the time of your device."
WRONG_PASSWORD = "Wrong password. Passwords are case-sensitive."  # noqa: S105 - a sentence
CODE_ATTRS = {"autocomplete": "one-time-code", "spellcheck": "false", "class": "mono"}


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs={**CODE_ATTRS, "autofocus": True}),
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
    )


class NewKeyForm(forms.Form):
    """A code that proves that an app has the new key; ``step`` is the time step that it is of."""

    code = forms.CharField(
        max_length=20,
        widget=forms.TextInput(attrs={**CODE_ATTRS, "inputmode": "numeric"}),
        help_text="Six digits that the app shows now.",
    )

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key, self.step = key, 0

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        step = step_of(self.key, code, timezone.now())
        if step is None:
            raise ValidationError(WRONG_CODE)
        self.step = step
        return code


class PasswordForm(forms.Form):
    """The user's password, again; wrong ones are counted as those of the sign-in page."""

    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), label="Your password"
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        username = self.request.user.get_username()
        try:
            user = authenticate(self.request, username=username, password=password)
        except SignInRefused:  # a directory, which is asked after kafkaadmin's own users
            user = None
        if user is None or user.pk != self.request.user.pk or hasattr(user, "signed_in_identity"):
            raise ValidationError(WRONG_PASSWORD)
        return password


class PasskeyForm(PasswordForm):
    """A passkey's name, and what the browser made; the password again."""

    name = forms.CharField(max_length=100, help_text="E.g. the device that has it.")
    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput, required=False)
    field_order = ("name", "password", "credential")


class OwnKeyForm(NewKeyForm, PasswordForm):
    """What sets up one's own second factor: a code of the app, and the password again."""

    field_order = ("code", "password")
