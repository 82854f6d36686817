"""The form for a cluster's lag settings, with Burrow's names."""

from django import forms
from django.core.exceptions import ValidationError

from lag.models import LagSettings
from lag.windows.group_filter import GroupFilter

PATTERNS = ("group_allowlist", "group_denylist", "commit_allowlist", "commit_denylist")


class LagSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Burrow's settings, and the lag allowed to some groups, one ``glob = records`` per line."""

    allowed_lags = forms.CharField(
        required=False,
        label="Allowed lag by group",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One “glob = records” per line, e.g. “billing-* = 100”. The first matching glob applies.",
    )

    class Meta:
        model = LagSettings
        fields = (
            "enabled", "intervals", "min_distance", "expire_group", "expire_cache", "minimum_complete", "allowed_lag",
            "offset_refresh", "topic_refresh", "groups_reaper_refresh",
            "group_allowlist", "group_denylist", "commit_allowlist", "commit_denylist",
        )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, field in self.fields.items():
            field.label = name.replace("_", "-") if name not in {"enabled", "allowed_lags"} else field.label

    def clean(self) -> dict[str, object]:
        """Refuse expressions that Go would refuse."""
        values = super().clean() or {}
        for name in PATTERNS:
            try:
                GroupFilter(values.get(name) or "")
            except ValueError as error:
                self.add_error(name, str(error))
        return values

    def clean_allowed_lags(self) -> list[tuple[str, int]]:
        overrides: dict[str, int] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["allowed_lags"].splitlines())):
            glob, sign, records = (part.strip() for part in line.rpartition("="))
            if not sign or not glob or not records.isdecimal() or int(records) >= 2**63:
                raise ValidationError(f"“{line}” is not of the form “glob = records”.")
            if glob in overrides:
                raise ValidationError(f"Duplicate glob: “{glob}”.")
            overrides[glob] = int(records)
        return list(overrides.items())
