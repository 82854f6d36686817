"""“Try a sign-in”: what pasted claims, or a user name of a directory, would lead to."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from accounts.access import guarded
from accounts.people.changes import MANAGE
from accounts.single_sign_on.claims import ClaimError, Person, person_of
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.ldap.directories import configured_directories
from accounts.single_sign_on.providers import Provider, configured
from accounts.single_sign_on.trial import Outcome, outcome_of
from core.json_text import NotJson, read_json
from core.web.page import page

SHOWN = 20  # groups of a person that a page names
LOCKED = "The account is locked, disabled or expired at {title}."


@dataclass(frozen=True)
class Trial:
    """Somebody as a provider or directory knows them, and what their sign-in would come to."""

    person: Person
    provider: Provider
    outcome: Outcome
    entry: Any = None  # the directory's, where one was asked

    @property
    def groups(self) -> tuple[str, ...]:
        return self.person.groups[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.person.groups) - SHOWN

    @property
    def memberships(self) -> Any:
        return self.entry.memberships[:SHOWN]


class ClaimsForm(forms.Form):
    """Claims as a provider would send them."""

    provider = forms.ChoiceField()
    claims = forms.CharField(
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "mono"}),
        initial='{"sub": "1", "preferred_username": "ada", "groups": ["kafka-team"]}',
        help_text="The claims of an ID token or of userinfo, as JSON.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(provider.name, provider.title) for provider in configured().values()]
        self.fields["provider"] = forms.ChoiceField(choices=choices)

    def clean_claims(self) -> dict[str, Any]:
        """Read the JSON."""
        try:
            claims = read_json(self.cleaned_data["claims"])
        except NotJson as error:
            raise ValidationError(str(error)) from error
        if not isinstance(claims, dict):
            raise ValidationError("Claims are a JSON object: {…}.")
        return claims

    def clean(self) -> dict[str, Any]:
        """Read whom the claims are about."""
        values = super().clean() or {}
        if not self.errors:
            provider = configured()[values["provider"]]
            try:
                person = person_of(values["claims"], provider)
            except ClaimError as error:
                self.add_error("claims", str(error))
            else:
                values["trial"] = Trial(person, provider, outcome_of(provider, person))
        return values


class DirectoryForm(forms.Form):
    """A user name, which is looked up in a directory by kafkaadmin's own account, without a password."""

    directory = forms.ChoiceField()
    username = forms.CharField(
        label="User name", max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="As on the sign-in page. No password is needed.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(directory.name, directory.title) for directory in configured_directories().values()]
        self.fields["directory"] = forms.ChoiceField(choices=choices)

    def clean(self) -> dict[str, Any]:
        """Look the name up."""
        values = super().clean() or {}
        if not self.errors:
            try:
                values["trial"] = trial_of_name(values["directory"], values["username"])
            except SignInRefused as failure:
                self.add_error(None, f"{failure.sentence} {failure.advice}".strip())
        return values


def trial_of_name(directory_name: str, username: str) -> Trial:
    """Return what a directory's user would get.

    Raises:
        SignInRefused: there is no such user, or several, or the directory cannot be asked.
    """
    from accounts.single_sign_on.ldap.lookup import look_up  # not loaded where there is no directory

    directory = configured_directories()[directory_name]
    entry = look_up(directory, username)
    refusal = LOCKED.format(title=directory.title) if entry.is_locked else ""
    return Trial(entry.person, directory.provider, outcome_of(directory.provider, entry.person, refusal), entry)


@guarded(MANAGE)
def trial(request: HttpRequest) -> HttpResponse:
    """Show what somebody would get, without signing anybody in."""
    which = request.POST.get("form", "claims" if request.method == "POST" else "")
    sign_in_forms: dict[str, forms.Form] = {}
    if configured_directories():
        sign_in_forms["directory"] = DirectoryForm(request.POST if which == "directory" else None)
    if configured():
        sign_in_forms["claims"] = ClaimsForm(request.POST if which == "claims" else None)
    sent = sign_in_forms.get(which)
    is_valid = sent is not None and sent.is_valid()
    context = {"forms": sign_in_forms, "trial": sent.cleaned_data["trial"] if sent and is_valid else None}
    return page(request, "people/sign_in_trial.html", context, status=422 if sent and not is_valid else 200)
