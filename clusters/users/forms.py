"""Forms: a new user with what it may need, and a new password."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.acls import templates
from clusters.acls.forms import PATTERNS
from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.access.acls import Acl
from clusters.gateway.access.users import FEWEST, MECHANISMS, MOST, ScramCredential
from clusters.quotas.forms import RateField
from clusters.users.plan import PRINCIPAL

NONE, PRODUCER, CONSUMER = "", "producer", "consumer"
ACCESS = [(NONE, "None"), (PRODUCER, "Producer"), (CONSUMER, "Consumer")]
ITERATIONS = 8192
LONGEST = 255  # characters of a name or a password
OF_USERS = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")


class PasswordForm(KafkaErrorForm):
    """A mechanism, and the password for it: typed, or generated where the field is left blank."""

    mechanism = forms.ChoiceField(
        choices=[(name, name) for name in sorted(MECHANISMS.values(), reverse=True)],
        help_text="One that the brokers enable (sasl.enabled.mechanisms).",
    )
    iterations = forms.IntegerField(
        initial=ITERATIONS, min_value=FEWEST, max_value=MOST, help_text=f"{FEWEST:,} to {MOST:,}."
    )
    password = forms.CharField(
        required=False, strip=False, max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave blank to generate one, which is shown once.",
    )  # fmt: skip
    confirm = typed_name("user")

    def clean_password(self) -> str:
        """Refuse what files of properties would take away.

        Raises:
            ValidationError: it begins or ends with a blank.
        """
        password: str = self.cleaned_data["password"]
        if password != password.strip():
            raise ValidationError("The password must not start or end with a space: clients' properties files drop it.")
        return password

    def credential(self, user: str) -> ScramCredential:
        return ScramCredential(user, self.cleaned_data["mechanism"], self.cleaned_data["iterations"])


class NewUserForm(PasswordForm):
    """A user, and optionally the ACLs and quotas that it needs."""

    name = forms.CharField(
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "orders"}),
        help_text="Its principal is User:name.",
    )
    access = forms.ChoiceField(choices=ACCESS, required=False, label="ACLs", help_text="Those that a client needs.")
    topic = forms.CharField(required=False, max_length=249, help_text="Name or prefix; * for all.")
    pattern_type = forms.ChoiceField(choices=PATTERNS, required=False, label="Pattern type")
    group = forms.CharField(required=False, max_length=LONGEST, label="Consumer group", help_text="* for all.")
    producer_byte_rate = RateField("producer_byte_rate")
    consumer_byte_rate = RateField("consumer_byte_rate")
    request_percentage = RateField("request_percentage")

    def clean_name(self) -> str:
        """Refuse names that no client could authenticate with, and those whose principal would be another one.

        Raises:
            ValidationError: it is such a name.
        """
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError("The name contains characters that can't be printed.")
        if name == "*":
            raise ValidationError("In ACLs, User:* is everyone who authenticates: choose another name.")
        if name.startswith(PRINCIPAL):
            raise ValidationError(f"Enter the name alone: {PRINCIPAL} is put before it.")
        return name

    def clean(self) -> dict[str, Any]:
        """Require the names that the ACLs need."""
        values = super().clean() or {}
        if values.get("access") and not values.get("topic") and "topic" not in self.errors:
            self.add_error("topic", "A topic is required; * for all.")
        if values.get("access") == CONSUMER and not values.get("group") and "group" not in self.errors:
            self.add_error("group", "Consumer group is required.")
        return values

    def acls(self) -> tuple[Acl, ...]:
        """Return the ACLs of a valid form."""
        values = self.cleaned_data
        principal, pattern = f"{PRINCIPAL}{values['name']}", values["pattern_type"] or "LITERAL"
        if values["access"] == PRODUCER:
            return templates.producer(principal, "*", values["topic"], pattern)
        if values["access"] == CONSUMER:
            return templates.consumer(principal, "*", values["topic"], pattern, values["group"], "LITERAL")
        return ()

    def quotas(self) -> dict[str, float]:
        """Return the quotas of a valid form."""
        values = {name: self.cleaned_data[name] for name in OF_USERS}
        return {name: value for name, value in values.items() if value is not None}
