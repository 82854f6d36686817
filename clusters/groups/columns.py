"""The columns of the list of consumer groups."""

from collections.abc import Callable, Mapping
from functools import cache, partial

from django.http import HttpRequest

from clusters.groups.lag import GroupLine
from clusters.models import Group
from core.web import slots
from core.web.formats import UNKNOWN, behind, count, total
from core.web.markup import markup
from core.web.paths import reverse
from core.web.tables import Column, naming, selecting
from core.web.tags import ago, name_link


def columns(request: HttpRequest, lines: Mapping[str, GroupLine]) -> tuple[Column, ...]:
    """Return the columns; ``lines`` has what evaluating the groups' lag adds, by group."""
    status = cache(partial(slots.fill, "group-status", request))

    def spark(group: Group) -> str:
        line = lines.get(group.name)
        return line.spark if line else ""

    def failing(group: Group) -> str:
        line = lines.get(group.name)
        if line is None:
            return UNKNOWN
        form = '<span class="bad">{} of {}</span>' if line.failing else "<span>{} of {}</span>"
        return markup(form, count(line.failing), count(line.partitions))

    def since(group: Group) -> str:
        line = lines.get(group.name)
        return ago(line.since) if line and line.since else UNKNOWN

    return (
        Column("lag_status", "Status", "first", "", shows=lambda group: status(group.lag_status)),
        Column("lag", "Lag", "num", "lag", shows=lambda group: total(group.lag, group.unknown)),
        Column("spark", "Last hour", sorts=False, shows=spark),
        Column(
            "time_lag",
            "Time lag",
            "num",
            "time lag",
            shows=lambda group: behind(group.time_lag, at_least=group.time_lag_at_least),
        ),
        Column("failing", "Failing partitions", "num", sorts=False, shows=failing),
        Column("since", "In this state", sorts=False, shows=since),
        Column("type", "Type"),
        Column("state", "State", phone=""),
        Column("members", "Members", "num", "members"),
        Column("topics", "Topics", "num"),
        Column("protocol", "Assignor"),
    )


def first_cells(slug: str) -> Callable[[Group], str]:
    """Return what writes a group's selection and name, in a cluster."""
    return lambda group: (
        selecting(group.name, group.name) + naming(name_link(reverse("group", slug, group.name), group.name))
    )
