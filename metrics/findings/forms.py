"""The form that silences a finding."""

from django import forms

SILENCES = [("1", "1 hour"), ("8", "8 hours"), ("24", "a day"), ("168", "a week"), ("720", "30 days")]


class SilenceForm(forms.Form):
    """For how long, and why, channels are not notified of a finding."""

    hours = forms.ChoiceField(label="Silence for", choices=SILENCES, initial="8")
    reason = forms.CharField(max_length=500, help_text="Others will read it.")
