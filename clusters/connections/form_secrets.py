"""Secrets typed into a form that is not saved yet: no page sends them back, so the session stores them."""

from collections.abc import Mapping
from secrets import token_urlsafe

from django.http import HttpRequest

from core import encryption
from core.encryption import SecretValues

KEY = "typed-secrets"
MOST = 5  # open forms per session


class TypedSecrets:
    """Secrets typed into one open form, encrypted.

    A form carries the name of its ``attempt``, so a form opened again, in another tab or for another cluster, does not
    see what was typed into this one.
    """

    def __init__(self, request: HttpRequest, pk: int | None) -> None:
        self.session = request.session
        self.attempt = request.POST.get("attempt", "")[:32] if request.method == "POST" else token_urlsafe(9)
        self.name = f"{pk or 'new'} {self.attempt}"

    def so_far(self) -> SecretValues:
        """Return what was typed in earlier submissions of this form."""
        return SecretValues(encryption.decrypt(self.session.get(KEY, {}).get(self.name, "")))

    def keep(self, values: Mapping[str, str]) -> None:
        """Store what was typed now; with too many open forms, the oldest is dropped."""
        open_forms = {name: text for name, text in self.session.get(KEY, {}).items() if name != self.name}
        open_forms[self.name] = encryption.encrypt({name: value for name, value in values.items() if value})
        self.session[KEY] = dict(list(open_forms.items())[-MOST:])

    def forget(self) -> None:
        """Drop the secrets, since the form is saved."""
        self.session[KEY] = {name: text for name, text in self.session.get(KEY, {}).items() if name != self.name}
