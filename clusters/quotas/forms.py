"""Forms: quotas of an entity, and which apply to a client."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address

from clusters.configs.units import SIZES, total_of
from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.quotas import Entity
from clusters.quota_words import BYTES, LABELS, OF_ADDRESSES, OF_CLIENTS, UNITS

USER, CLIENT, BOTH, IP = "user", "client-id", "user-client-id", "ip"
KINDS = [(USER, "User"), (CLIENT, "Client id"), (BOTH, "User and client id"), (IP, "IP address")]
PLAIN = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
HINTS = {
    **dict.fromkeys(BYTES, "Bytes per second and broker, e.g. 1048576 or 10 MiB."),
    "request_percentage": "Percent of one thread's time per broker, e.g. 50.",
    "controller_mutation_rate": "Topics and partitions created or deleted per second.",
    "connection_creation_rate": "Connections per second and broker.",
}
LARGEST = 2**62


class RateField(forms.CharField):
    """A positive number; bytes may have a unit."""

    def __init__(self, name: str) -> None:
        super().__init__(
            required=False, label=f"{LABELS[name]} ({UNITS[name]})", help_text=HINTS[name], max_length=40, widget=PLAIN
        )
        self.name = name

    def clean(self, value: Any) -> float | None:
        """Return the number; None where there is none.

        Raises:
            ValidationError: it is not one, or not positive.
        """
        text = super().clean(value)
        if not text:
            return None
        number = self.number_of(text)
        if number is None or not 0 < number <= LARGEST:
            raise ValidationError(f"A number greater than 0 is required. {HINTS[self.name]}")
        if self.name not in {"request_percentage", "controller_mutation_rate"} and number != int(number):
            raise ValidationError("A whole number is required.")
        return number

    def number_of(self, text: str) -> float | None:
        total = total_of(text.removesuffix("/s"), SIZES) if self.name in BYTES else None
        try:
            return float(total) if total is not None else float(text)
        except ValueError:
            return None


class EntityForm(KafkaErrorForm):
    """Whom quotas limit: a name that is empty is the default."""

    kind = forms.ChoiceField(choices=KINDS, label="Quota of")
    user = forms.CharField(
        required=False, strip=False, max_length=512, widget=PLAIN, help_text="Leave blank for the default of all users."
    )
    client_id = forms.CharField(
        required=False, strip=False, max_length=512, widget=PLAIN, label="Client id",
        help_text="Leave blank for the default of all client ids.",
    )  # fmt: skip
    ip = forms.CharField(
        required=False, max_length=255, widget=PLAIN, label="IP address",
        help_text="Leave blank for the default of all addresses.",
    )  # fmt: skip

    def clean_ip(self) -> str:
        """Require an address: Kafka takes host names too, and resolves them once.

        Raises:
            ValidationError: it is none.
        """
        ip: str = self.cleaned_data["ip"]
        if ip:
            validate_ipv46_address(ip)
        return ip

    def entity(self) -> Entity:
        """Return the entity of a valid form."""
        values, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == IP:
            return Entity(ip=values["ip"])
        return Entity(
            user=values["user"] if kind in {USER, BOTH} else None,
            client_id=values["client_id"] if kind in {CLIENT, BOTH} else None,
        )


class QuotaForm(EntityForm):
    """An entity and its quotas."""

    producer_byte_rate = RateField("producer_byte_rate")
    consumer_byte_rate = RateField("consumer_byte_rate")
    request_percentage = RateField("request_percentage")
    controller_mutation_rate = RateField("controller_mutation_rate")
    connection_creation_rate = RateField("connection_creation_rate")
    confirm = typed_name("cluster")

    def values(self) -> Mapping[str, float | None]:
        """Return the quotas that entities of this kind can have; None where the field is empty."""
        names = OF_ADDRESSES if self.cleaned_data["kind"] == IP else OF_CLIENTS
        return {name: self.cleaned_data[name] for name in names}


class EffectiveForm(forms.Form):
    """A client: whom it authenticates as, its client id, and its address."""

    user = forms.CharField(required=False, strip=False, max_length=512, widget=PLAIN)
    client_id = forms.CharField(required=False, strip=False, max_length=512, widget=PLAIN, label="Client id")
    ip = forms.CharField(required=False, max_length=255, widget=PLAIN, label="IP address")


def kind_of(entity: Entity) -> str:
    """Return the form's word for what an entity is."""
    if entity.ip is not None:
        return IP
    return {(True, False): USER, (False, True): CLIENT}.get(
        (entity.user is not None, entity.client_id is not None), BOTH
    )


def entity_from(parameters: Mapping[str, str]) -> Entity | None:
    """Return the entity that an address names; None where it names none."""
    names = {name: parameters.get(name) for name in ("user", "client_id", "ip")}
    names = {name: value and value.replace("\0", "") for name, value in names.items()}
    if all(name is None for name in names.values()):
        return None
    return Entity(ip=names["ip"]) if names["ip"] is not None else Entity(names["user"], names["client_id"])
