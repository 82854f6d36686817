"""Resetting the offsets of several consumer groups at once."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from clusters.access import topics_in_sight
from clusters.bulk.items import Change, Planner, Values
from clusters.groups import inventory_rows
from clusters.groups.forms import TO, ResetForm, pin
from clusters.groups.reset import apply_reset, keys_of, planned, resettable
from clusters.models import Cluster
from core.json_text import read_json

OF_ONE_GROUP = {"file", "group"}


class BulkResetForm(ResetForm):
    """Where all selected groups go, in all the partitions that they have offsets of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, all_partitions=(), **kwargs)
        self.fields["to"].choices = [(to, label) for to, label in TO.items() if to not in OF_ONE_GROUP]  # type: ignore[attr-defined]
        for name in ("topic", "partitions", "pinned", "confirm", "csv", "source"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Add what the reset of one group needs beside."""
        return {"topic": "", "partitions": set(), **super().clean()}


def group_resets(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
    """Return what plans the reset of one group; what was shown of it is pinned."""
    in_sight = topics_in_sight(request, cluster)

    def plan_reset(group: str, pinned: str) -> Change:
        state = resettable(cluster, group, in_sight)
        form = ResetForm(all_partitions=keys_of(state))
        form.cleaned_data = {**values, "pinned": pinned_offsets(pinned)}
        reset = planned(cluster, state, form)
        alter = partial(apply_reset, cluster, state, reset.offsets)
        note = partial(inventory_rows.offsets_reset, cluster, group, reset)
        return Change(reset.plan, alter, note, pinned=pin(reset.offsets))

    return plan_reset


def pinned_offsets(text: str) -> dict[tuple[str, int], int]:
    """Read what ``pin`` wrote; anything else pins nothing, and then the plan is not the one that was confirmed."""
    try:
        return {(str(topic), int(number)): int(offset) for topic, number, offset in read_json(text or "[]")}
    except (TypeError, ValueError):
        return {}
