"""Removing members of a group: the form, and the plan from Kafka's state."""

from typing import Any

from django import forms

from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.errors import Conflict, TimedOut
from clusters.gateway.groups.members import Member
from clusters.groups import plan
from clusters.groups.state import REMOVABLE, Standing
from core.plan import Plan


class RemoveMembersForm(KafkaErrorForm):
    """Which members to remove."""

    members = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"invalid_choice": "The group has no member %(value)s."}
    )
    confirm = typed_name("group")

    def __init__(self, data: Any = None, *, state: Standing, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.state = state
        self.fields["members"].choices = [(member.id, plan.member_words(member)) for member in members_of(state)]  # type: ignore[attr-defined]

    def chosen(self) -> list[Member]:
        """Return the members of a valid form."""
        ids = set(self.cleaned_data["members"])
        return [member for member in members_of(self.state) if member.id in ids]

    def plan(self) -> Plan:
        """Return the plan of a valid form."""
        return plan.remove_members(self.state.listing.name, self.chosen(), total=len(members_of(self.state)))


def members_of(state: Standing) -> tuple[Member, ...]:
    return state.about.members if state.about else ()


def require_removable(state: Standing) -> None:
    """Refuse where Kafka cannot remove members.

    Raises:
        TimedOut: they are not known.
        Conflict: their protocol has no such thing.
    """
    group = state.listing.name
    if state.about is None:
        raise TimedOut(f"The coordinator of {group} did not answer.", "Try again; see which broker is down.")
    if state.listing.type not in REMOVABLE:
        sentence = f"Kafka does not remove members of {state.listing.type} groups, as {group} is one."
        raise Conflict(sentence, "Stop its members; they leave once their session has timed out.")
    if not state.about.members:
        raise Conflict(f"{group} has no members.", "Check again.")
