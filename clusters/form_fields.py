"""Fields shared by several forms: a typed name, a point in time, partitions, and Kafka's refusal at its field."""

from collections.abc import Callable, Collection, Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy

from clusters.access import may_exist
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from core.web.time_zones import zone_name


class KafkaErrorForm(forms.Form):
    """A form whose values Kafka may still refuse after they passed our own checks."""

    def show_refusal(self, failure: KafkaFailure) -> None:
        """Add the failure's sentence to its field, or to the form."""
        refused_field = (failure.field or "").partition(":")[0]
        field = "configs" if refused_field == "config" else refused_field
        self.add_error(field if field in self.fields else None, f"{failure.sentence} {failure.advice}".strip())


LABEL: Callable[[str], str] = lazy(lambda name: f"{name} ({zone_name()})", str)


def typed_name(what: str, why: str = "") -> forms.CharField:
    """Return the field where production requires a name: ``what`` it is the name of, and ``why``."""
    return forms.CharField(
        required=False,
        strip=False,
        label=f"{what.capitalize()} name",
        help_text=f"Production{why}: type the {what} name to confirm.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def is_named(cluster: Cluster, form: forms.Form, what: str, name: str) -> bool:
    """Require the name of ``what`` to be typed in production; the form's field says so where it was not."""
    if cluster.is_production and form.cleaned_data["confirm"] != name:
        form.add_error("confirm", f"Production: type the {what} name to confirm.")
    return not form.errors


def moment(name: str = "Time") -> forms.DateTimeField:
    """Return the field for a point in time; in the viewer's time zone unless one is given."""
    return forms.DateTimeField(
        required=False,
        label=LABEL(name),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
    )


def read_partitions(text: str, present: Collection[int], *, owner: str) -> set[int]:
    """Read numbers and ranges: ``0, 3-5``.

    Args:
        text: as typed; empty text gives no partitions.
        present: the existing partitions; others are refused, however wide a range is.
        owner: what they belong to, for the error message: ``The topic``.

    Raises:
        ValidationError: it is not such a list, or names another partition.
    """
    partitions: set[int] = set()
    for numbers in ranges(text):
        for number in numbers:
            if number not in present:
                raise ValidationError(f"{owner} has no partition {number}.")
            partitions.add(number)
    if text.strip() and not partitions:
        raise ValidationError(f"“{text.strip()}” is not a list of partitions: use numbers and ranges, e.g. 0,3-5.")
    return partitions


def ranges(text: str) -> Iterator[range]:
    """Yield the ranges in a text lazily, so that a huge range costs nothing.

    Raises:
        ValidationError: a part is neither a number nor a range.
    """
    for part in filter(None, map(str.strip, text.split(","))):
        first, dash, last = part.partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not dash) and len(part) < 15):
            raise ValidationError(f"“{part}” is not a partition: use numbers and ranges, e.g. 0,3-5.")
        if int(last or first) < int(first):
            raise ValidationError(f"“{part}” is reversed: use {last}-{first}.")
        yield range(int(first), int(last or first) + 1)


class TopicPartitionsForm(KafkaErrorForm):
    """A topic and some of its partitions, or all of them."""

    HIGHEST = range(100_000)  # numbers of partitions; Kafka tells which do not exist

    topic = forms.CharField(
        required=False,
        max_length=249,
        help_text="Leave blank for all topics.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    partitions = forms.CharField(required=False, help_text="All, or e.g. 0,3-5.", max_length=1000)
    confirm = typed_name("cluster")

    def clean_topic(self) -> str:
        """Refuse what no topic is called.

        Raises:
            ValidationError: it is no legal name.
        """
        topic: str = self.cleaned_data["topic"]
        if topic and not may_exist(topic):
            raise ValidationError(f"“{topic}” is not a legal topic name.")
        return topic

    def clean_partitions(self) -> set[int]:
        """Read the numbers; the topic's field is cleaned before.

        Raises:
            ValidationError: they are not numbers, or no topic is named.
        """
        text: str = self.cleaned_data["partitions"]
        if text and not self.cleaned_data.get("topic"):
            raise ValidationError("Enter the topic of these partitions.")
        return read_partitions(text, self.HIGHEST, owner="The topic")
