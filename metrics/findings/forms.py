"""The form that silences a finding."""

from django import forms

SILENCES = [("1", "1 hour"), ("8", "8 hours"), ("24", "1 day"), ("168", "1 week"), ("720", "30 days")]


class SilenceForm(forms.Form):
    """For how long, and why, channels are not notified of a finding."""

    hours = forms.ChoiceField(label="Mute for", choices=SILENCES, initial="8")
    reason = forms.CharField(max_length=500, help_text="Visible to others.")
