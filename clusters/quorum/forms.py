"""Forms of changes of the quorum and of feature levels."""

from collections.abc import Sequence
from typing import Any

from django import forms

from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.kraft.quorum import FeatureLevel
from clusters.gateway.kraft.voters import Voter
from clusters.quorum.features import levels, words
from clusters.quorum.standing import Standing

LISTENER = "CONTROLLER"  # as most name it


class AddVoterForm(KafkaErrorForm):
    """A node that reads along, and where its controller listener is."""

    node = forms.TypedChoiceField(
        coerce=int, label="Node", error_messages={"invalid_choice": "There is no observer %(value)s."}
    )
    host = forms.CharField(max_length=255, label="Host", help_text="Of its controller listener.")
    port = forms.IntegerField(min_value=1, max_value=65535, label="Port")
    listener = forms.CharField(
        max_length=255, label="Listener name", help_text="One of controller.listener.names of the controllers."
    )
    confirm = typed_name("cluster")

    def __init__(self, data: Any = None, *, observers: Sequence[Standing], voters: Sequence[Standing]) -> None:
        known = next((node.replica.listener for node in voters if node.replica.listener), LISTENER)
        super().__init__(data, initial={"listener": known})
        self.observers = {node.replica.node_id: node for node in observers}
        self.fields["node"].choices = [(number, f"node {number}") for number in self.observers]  # type: ignore[attr-defined]

    def chosen(self) -> Standing:
        return self.observers[self.cleaned_data["node"]]

    def voter(self) -> Voter:
        """Return the controller of a valid form."""
        replica, values = self.chosen().replica, self.cleaned_data
        return Voter(replica.node_id, replica.directory_id, values["listener"], values["host"], values["port"])


class ConfirmForm(KafkaErrorForm):
    """Production's confirmation; there is nothing else to enter."""

    confirm = typed_name("cluster")


class FeatureForm(KafkaErrorForm):
    """The new level."""

    level = forms.TypedChoiceField(coerce=int, label="Level")
    confirm = typed_name("cluster")

    def __init__(self, data: Any = None, *, feature: FeatureLevel) -> None:
        super().__init__(data)
        choices = [(level, words(feature.name, level)) for level in levels(feature)]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
