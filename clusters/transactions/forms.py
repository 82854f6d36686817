"""Forms: which transactions hang, whose producers, and aborting."""

from django import forms

from clusters.transactions.queries import MAX_TIMEOUT_MIN

NAME = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})


class HangingForm(forms.Form):
    """Where to search, and how long a transaction may be open."""

    topic = forms.CharField(required=False, max_length=249, widget=NAME, help_text="Leave blank for all topics.")
    minutes = forms.IntegerField(
        required=False, min_value=0, max_value=100_000, label="Open for longer than (minutes)",
        help_text=f"The brokers' transaction.max.timeout.ms; {MAX_TIMEOUT_MIN} by default.",
    )  # fmt: skip


class ProducersForm(forms.Form):
    """A topic, and one of its partitions."""

    topic = forms.CharField(max_length=249, widget=NAME)
    partition = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="Leave blank for all partitions."
    )


class AbortForm(forms.Form):
    """The transaction to abort: a partition, and the first offset of the transaction there."""

    topic = forms.CharField(max_length=249)
    partition = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    start_offset = forms.IntegerField(min_value=0, max_value=2**63 - 1)
