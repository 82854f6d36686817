"""The form of an alert rule."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from metrics.models import AlertRule
from metrics.own_rules.queries import MANAGE, may_manage
from metrics.own_rules.units import example_of, seconds_of, text_of, threshold_of, time_text

LONGEST = 30 * 86_400  # seconds that a condition may have to hold
PATTERN = "* stands for any characters, ? for one."


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is measured, for whom, and from when on that is an alert."""

    threshold = forms.CharField(
        max_length=40, help_text="Records, e.g. 10,000; a time, e.g. 10 min; records per second, e.g. 0.5."
    )
    lasting = forms.CharField(
        max_length=40, label="For at least", initial="5 min", help_text="E.g. 5 min; 0 = at once."
    )

    class Meta:
        model = AlertRule
        fields = ("name", "kind", "severity", "cluster_glob", "resource_glob", "enabled")
        labels = {"kind": "Alert on", "enabled": "On"}
        help_texts = {
            "name": "The title of its alerts.",
            "cluster_glob": f"Short names, as in URLs. {PATTERN}",
            "resource_glob": f"Names of consumer groups; of topics for records per second. {PATTERN}",
        }

    def __init__(self, data: Any = None, *, request: HttpRequest, instance: AlertRule) -> None:
        super().__init__(data, instance=instance)
        self.request = request
        if instance.pk:
            self.initial["threshold"] = text_of(instance.kind, instance.threshold)
            self.initial["lasting"] = time_text(Decimal(instance.for_seconds))

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not str(name).isprintable():
            raise ValidationError("Only printable characters are allowed.")
        return str(name)

    def clean_lasting(self) -> int:
        seconds = seconds_of(self.cleaned_data["lasting"])
        if seconds is None or seconds != int(seconds) or seconds > LONGEST:
            raise ValidationError("Enter a time of at most 30 days in whole seconds, e.g. 5 min.")
        return int(seconds)

    def clean(self) -> dict[str, Any]:
        """Read the threshold in the unit of its kind, and refuse patterns that go beyond the person's grants."""
        values = super().clean() or {}
        kind, text = values.get("kind", ""), values.get("threshold")
        if text and kind:
            values["threshold"] = threshold_of(kind, text)
            if values["threshold"] is None:
                self.add_error("threshold", f"Enter {example_of(kind)}.")
        patterns = {name: values.get(name) for name in ("cluster_glob", "resource_glob")}
        if all(patterns.values()) and not may_manage(self.request, AlertRule(**patterns)):
            self.add_error(None, f"The patterns match more than your roles cover (needs {MANAGE}).")
        return values

    def unsaved(self) -> AlertRule:
        """Return the rule as typed."""
        rule: AlertRule = self.save(commit=False)
        rule.threshold, rule.for_seconds = self.cleaned_data["threshold"], self.cleaned_data["lasting"]
        return rule
