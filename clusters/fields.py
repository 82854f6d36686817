"""Fields that several forms have."""

from django import forms


def typed_name(what: str, why: str = "") -> forms.CharField:
    """Return the field for a name that production wants typed: ``what`` it is the name of, and ``why``."""
    return forms.CharField(
        required=False,
        strip=False,
        label=f"The {what}'s name",
        help_text=f"This is production{why}: type the {what}'s name to confirm.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def moment() -> forms.DateTimeField:
    """Return the field for a point in time, in UTC if no zone is written."""
    return forms.DateTimeField(
        required=False,
        label="Time (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
    )
