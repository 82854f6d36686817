"""Forms of delegation tokens."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.access.principals import SHAPE, principal_lines

LONGEST = timedelta(days=36525)
PERIOD = "ISO 8601, e.g. P7D or PT12H. Blank: the brokers' default ({})."


class PeriodField(forms.DurationField):
    """A duration from now that a date can be; None is the brokers' default."""

    def __init__(self, *, label: str, default: str) -> None:
        super().__init__(
            required=False,
            label=label,
            help_text=PERIOD.format(default),
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "P7D"}),
        )

    def clean(self, value: object) -> timedelta | None:
        """Read the duration.

        Raises:
            ValidationError: it is none, or no positive one.
        """
        period: timedelta | None = super().clean(value)
        if period is not None and not timedelta(0) < period < LONGEST:
            raise ValidationError("A duration between 1 second and 100 years is required, e.g. P7D.")
        return period


class NewTokenForm(KafkaErrorForm):
    """The owner, who may renew the token, and for how long at most it can be renewed."""

    owner = forms.CharField(max_length=255, label="Owner", help_text="A principal: User:name.")
    renewers = forms.CharField(
        required=False,
        max_length=5000,
        label="Renewers",
        help_text="Principals, one per line, that may renew and expire it besides the owner.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    lifetime = PeriodField(label="Maximum lifetime", default="delegation.token.max.lifetime.ms, 7 days")
    confirm = typed_name("owner")

    def clean_owner(self) -> str:
        """Require a principal.

        Raises:
            ValidationError: it is none.
        """
        owner: str = self.cleaned_data["owner"]
        if not SHAPE.fullmatch(owner):
            raise ValidationError("A principal is of the form User:name.")
        return owner

    def clean_renewers(self) -> list[str]:
        """Read the principals.

        Raises:
            ValidationError: one of them is none.
        """
        try:
            return principal_lines(self.cleaned_data["renewers"]).splitlines()
        except ValueError as error:
            raise ValidationError(str(error)) from error


class RenewTokenForm(KafkaErrorForm):
    """From when on it shall expire."""

    period = PeriodField(label="Expires after", default="delegation.token.expiry.time.ms, 24 hours")
    confirm = typed_name("owner")


class ExpireTokenForm(KafkaErrorForm):
    """Production's confirmation; there is nothing else to enter."""

    confirm = typed_name("owner")
