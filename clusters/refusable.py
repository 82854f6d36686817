"""Forms whose values Kafka may still refuse after they passed our own checks."""

from django import forms

from clusters.gateway.errors import KafkaFailure


class RefusableForm(forms.Form):
    """A form that can show Kafka's own refusal at the field it is about."""

    def show_refusal(self, failure: KafkaFailure) -> None:
        """Add the failure's sentence to its field, or to the form."""
        about = (failure.field or "").partition(":")[0]
        field = "configs" if about == "config" else about
        self.add_error(field if field in self.fields else None, f"{failure.sentence} {failure.advice}".strip())
