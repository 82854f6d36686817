"""Forms: for new ACLs, single or what a producer or a consumer needs, and for what a principal may do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.acls import templates
from clusters.authorizer.hosts import written_by_java
from clusters.form_fields import KafkaErrorForm
from clusters.gateway.access.acls import Acl

PATTERNS = [("LITERAL", "LITERAL"), ("PREFIXED", "PREFIXED")]
TEMPLATES = [("custom", "Custom ACL"), ("producer", "Producer"), ("consumer", "Consumer")]
ALL_OPERATIONS = sorted({operation for operations in templates.OPERATIONS.values() for operation in operations})


def typed_principal(principal: str) -> str:
    """Require Kafka's format Type:name.

    Raises:
        ValidationError: it is not so.
    """
    kind, colon, name = principal.partition(":")
    if not (kind and colon and name):
        raise ValidationError("A principal has the form Type:name, e.g. User:orders.")
    return principal


class NewAclForm(KafkaErrorForm):
    template = forms.ChoiceField(choices=TEMPLATES, label="Template")
    principal = forms.CharField(
        max_length=255,
        widget=forms.TextInput(attrs={"placeholder": "User:orders"}),
        help_text="User:name, or User:* for everyone",
    )
    host = forms.CharField(max_length=255, initial="*", help_text="IP address, or * for any host.")
    resource_type = forms.ChoiceField(choices=[(kind, kind) for kind in templates.OPERATIONS], label="Resource type")
    resource_name = forms.CharField(
        max_length=511,
        required=False,
        label="Resource name",
        help_text="The topic for the producer and consumer templates; * for all.",
    )
    pattern_type = forms.ChoiceField(choices=PATTERNS, label="Pattern type")
    operation = forms.ChoiceField(
        choices=[(operation, operation) for operation in ALL_OPERATIONS], required=False, initial="READ"
    )
    permission = forms.ChoiceField(choices=[("ALLOW", "allow"), ("DENY", "deny")], initial="ALLOW")
    group = forms.CharField(max_length=511, required=False, help_text="The consumer group; * for all.")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        """Fields left out of a short form take their initial value."""
        super().__init__(data, **kwargs)
        for name in ("template", "host", "resource_type", "pattern_type", "permission"):
            self.fields[name].required = False

    def clean_principal(self) -> str:
        return typed_principal(self.cleaned_data["principal"])

    def clean(self) -> dict[str, Any]:
        """Fill in defaults, and check the fields that depend on the kind of ACL."""
        values = super().clean() or {}
        defaults = {
            "template": "custom",
            "host": "*",
            "resource_type": "TOPIC",
            "pattern_type": "LITERAL",
            "permission": "ALLOW",
        }
        for name, default in defaults.items():
            values[name] = values.get(name) or default
        if values["template"] == "custom":
            self.check_operation(values)
        if values["resource_type"] == "CLUSTER" and values["template"] == "custom":
            values["resource_name"] = templates.CLUSTER_NAME
        elif not values.get("resource_name"):
            self.add_error("resource_name", "A resource name is required; * for all.")
        if values["template"] == "consumer" and not values.get("group"):
            self.add_error("group", "Consumer group is required.")
        return values

    def check_operation(self, values: dict[str, Any]) -> None:
        legal = templates.OPERATIONS[values["resource_type"]]
        if values.get("operation") not in legal:
            self.add_error("operation", f"Operations on {values['resource_type']}: {', '.join(legal)}.")

    def acls(self) -> tuple[Acl, ...]:
        values = self.cleaned_data
        client = (values["principal"], values["host"])
        if values["template"] == "producer":
            return templates.producer(*client, values["resource_name"], values["pattern_type"])
        if values["template"] == "consumer":
            return templates.consumer(
                *client, values["resource_name"], values["pattern_type"], values["group"], "LITERAL"
            )
        entry = (
            values["operation"],
            values["permission"],
            values["resource_type"],
            values["resource_name"],
            values["pattern_type"],
        )
        return (Acl(*client, *entry),)


class AccessForm(forms.Form):
    """A principal, an operation and a resource, as Kafka's authorizer is asked about them."""

    principal = forms.CharField(max_length=255, strip=False)
    resource_type = forms.ChoiceField(choices=[(kind, kind) for kind in templates.OPERATIONS])
    resource_name = forms.CharField(max_length=511, strip=False, required=False)
    operation = forms.ChoiceField(choices=[(name, name) for name in ALL_OPERATIONS if name != "ALL"])
    host = forms.CharField(max_length=255, required=False)

    def clean_principal(self) -> str:
        return typed_principal(self.cleaned_data["principal"])

    def clean_host(self) -> str:
        """Require an IP address, and return it as brokers write it."""
        host: str = self.cleaned_data["host"]
        if host and not written_by_java(host):
            raise ValidationError("A client's host is an IP address.")
        return written_by_java(host)

    def clean(self) -> dict[str, Any]:
        """Require an operation that the resource type has, and a name."""
        values = super().clean() or {}
        legal = [name for name in templates.OPERATIONS.get(values.get("resource_type", ""), ()) if name != "ALL"]
        if legal and "operation" in values and values["operation"] not in legal:
            self.add_error("operation", f"{values['resource_type']} has {', '.join(legal)}.")
        if values.get("resource_type") == "CLUSTER":
            values["resource_name"] = templates.CLUSTER_NAME
        elif "resource_name" in values and not values["resource_name"]:
            self.add_error("resource_name", "Resource name is required.")
        return values


class CopyAclsForm(KafkaErrorForm):
    """Two principals: whose rights to copy, and who gets them."""

    source = forms.CharField(max_length=255, label="Rights of", help_text="Type:name, e.g. User:orders")
    target = forms.CharField(max_length=255, label="For", help_text="Type:name, e.g. User:orders-2")

    def clean_source(self) -> str:
        return typed_principal(self.cleaned_data["source"])

    def clean_target(self) -> str:
        return typed_principal(self.cleaned_data["target"])
