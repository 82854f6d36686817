"""What the forms of schema registries and Connect clusters share. Stored secrets are never shown."""

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN

NO_ADDRESS = "Not a base URL: e.g. http://registry:8081, without user name or query."
NO_PEM = "Not in PEM format: the “-----BEGIN …-----” line is missing."
PEM = ("ca_pem", "certificate_pem", "key_pem")
TEXT = {"rows": 3, "spellcheck": "false"}
SERVER_FIELDS = (
    "name", "url", "username", "ca_pem", "certificate_pem", "verify", "oauth_token_url", "oauth_client_id",
    "oauth_scope",
)  # fmt: skip
SERVER_LABELS = {
    "url": "URL",
    "ca_pem": "CA certificates (PEM)",
    "certificate_pem": "Client certificate (PEM)",
    "oauth_token_url": "Token endpoint",
    "oauth_client_id": "Client id",
    "oauth_scope": "Scope",
}


def base_url(url: str) -> str:
    """Return the address of a server.

    Raises:
        ValidationError: it is none, or has a user name or a query.
    """
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError as error:
        raise ValidationError(NO_ADDRESS) from error
    if not is_valid or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValidationError(NO_ADDRESS)
    return url


def secret_field(label: str, *, is_text: bool = False) -> forms.CharField:
    password = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        required=False, strip=False, label=label, widget=forms.Textarea(attrs=TEXT) if is_text else password
    )


def server_widgets(example: str) -> dict[str, forms.Widget]:
    """Return the widgets of the shared fields; the URL's shows an example."""
    return {
        "url": forms.TextInput(attrs={"placeholder": example}),
        "username": forms.TextInput(attrs={"autocomplete": "off"}),
        "ca_pem": forms.Textarea(attrs=TEXT),
        "certificate_pem": forms.Textarea(attrs=TEXT),
    }


class ServerForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a server is reached. Leaving a secret's field empty keeps the stored one, if it goes where it went before.

    ``needed`` has its secrets, each with the field for which it is used: where that is filled in, a stored secret that
    is not kept is asked for again.
    """

    needed: ClassVar[Mapping[str, str]]

    password = secret_field("Password")
    oauth_client_secret = secret_field("Client secret")
    key_pem = secret_field("Client key (PEM)", is_text=True)

    def __init__(self, *args: Any, typed_before: dict[str, str] | None = None, **kwargs: Any) -> None:
        """``typed_before`` holds secrets from earlier submissions of this form that are not saved yet."""
        super().__init__(*args, **kwargs)
        self.typed_before = typed_before or {}
        self.before = copy(self.instance)
        for name in self.needed:
            if {**self.before.secrets, **self.typed_before}.get(name):
                self.fields[name].help_text = "Saved; leave blank to keep"

    @property
    def saved_fields(self) -> list[str]:
        return list(self._meta.fields or ())

    def clean_url(self) -> str:
        addresses = [part.strip().rstrip("/") for part in self.cleaned_data["url"].split(",") if part.strip()]
        return ",".join(base_url(address) for address in addresses)

    def clean_oauth_token_url(self) -> str:
        url: str = self.cleaned_data["oauth_token_url"].strip()
        return base_url(url) if url else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in PEM:
            if values.get(name) and "-----BEGIN " not in values[name]:
                self.add_error(name, NO_PEM)
        if not self.errors:
            self.require_secrets(values)
        return values

    def require_secrets(self, values: dict[str, Any]) -> None:
        typed = self._meta.model(**{name: values[name] for name in self.saved_fields if name in values})
        carried = self.secrets_for(typed)
        for name, field in self.needed.items():
            if values.get(field) and self.before.secrets.get(name) and not carried.get(name):
                self.add_error(name, ENTER_AGAIN)

    def typed_secrets(self) -> dict[str, str]:
        """Return what was typed in earlier submissions and in this one."""
        typed = {name: self.data.get(self.add_prefix(name), "") for name in self.needed}
        return {**self.typed_before, **{name: value for name, value in typed.items() if value}}

    def secrets_for(self, server: Any) -> SecretValues:
        """Return the secrets for what was typed: stored ones only if they go where they went before."""
        secrets = SecretValues(self.before.carried_secrets(server) | self.typed_secrets())
        if server.destination().is_within(self.before.destination()):
            secrets.lost = self.before.secrets.lost
        return secrets

    def unsaved(self) -> Any:
        """Return what was typed, with its secrets, as it would be saved."""
        server = super().save(commit=False)
        server.secrets = self.secrets_for(server)
        return server

    def save(self, commit: bool = True) -> Any:
        """Save what the form has, and have it listed soon; what the worker writes of the mirror meanwhile stays."""
        server = self.unsaved()
        server.due_at = None
        if commit and server.pk:
            server.save(update_fields=[*self.saved_fields, "secrets", "due_at"])
        elif commit:
            server.save()
        return server
