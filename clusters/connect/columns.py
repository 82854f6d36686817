"""The columns of the list of connectors."""

from collections.abc import Callable, Mapping

from clusters.connect.queries import ConnectorLine
from clusters.connect.rules.keys import key_of
from clusters.connect.rules.states import level_of
from clusters.models import Connector
from core.web.formats import UNKNOWN, count, plural, total
from core.web.markup import markup
from core.web.paths import reverse
from core.web.tables import Column, naming, selecting
from core.web.tags import name_link, per_second

STATE = '<span class="status {}"{}>{}</span>'
FAILED = ' <span class="status critical">{} failed</span>'


def columns(slug: str, lines: Mapping[int, ConnectorLine], *, several: bool) -> tuple[Column, ...]:
    """Return the columns.

    Args:
        slug: the cluster's.
        lines: what there is to show beside the connectors' rows, by their ids.
        several: whether the cluster has more than one Connect cluster.
    """

    def state(connector: Connector) -> str:
        problem = markup(' title="{}"', connector.problem) if connector.problem else ""
        status = markup(STATE, level_of(connector.state), problem, connector.state)
        failed = plural(connector.tasks_failed, "task") if connector.tasks_failed else ""
        return status + markup(FAILED, failed) if failed else status

    def topics(connector: Connector) -> str:
        line = lines[connector.pk]
        if not line.topics:
            return UNKNOWN
        first = name_link(reverse("topic", slug, line.topics[0]), line.topics[0])
        more = markup(' <span class="quiet" title="{}">+{}</span>', ", ".join(line.topics), line.more_topics)
        return first + more if line.more_topics else first

    def group(connector: Connector) -> str:
        row = lines[connector.pk].group
        return name_link(reverse("group", slug, row.name), row.name) if row else UNKNOWN

    def lag(connector: Connector) -> str:
        row = lines[connector.pk].group
        return total(row.lag, row.unknown) if row else UNKNOWN

    connect = Column("connect", "Connect cluster", "", "in", shows=lambda connector: lines[connector.pk].connect)
    return (
        Column("trouble", "State", "first", "", shows=state),
        Column("tasks", "Tasks running", "num", "running", shows=running),
        Column("type", "Type", "", ""),
        Column("plugin", "Class", "", "", shows=plugin),
        *((connect,) if several else ()),
        Column("topics", "Topics", sorts=False, shows=topics),
        Column("rate", "Records in", "num", sorts=False, shows=lambda row: per_second(lines[row.pk].rate, False)),
        Column("group", "Consumer group", sorts=False, shows=group),
        Column("lag", "Lag", "num", "lag", sorts=False, shows=lag),
    )


def first_cells(slug: str, lines: Mapping[int, ConnectorLine], *, selectable: bool) -> Callable[[Connector], str]:
    """Return what writes a connector's selection, where somebody may do something with it, and its name."""

    def cells(connector: Connector) -> str:
        connect = lines[connector.pk].connect
        link = name_link(reverse("connector", slug, connect, connector.name), connector.name)
        selection = selecting(key_of(connect, connector.name), connector.name) if selectable else ""
        return selection + naming(link)

    return cells


def running(connector: Connector) -> str:
    return f"{count(connector.tasks_running)} of {count(connector.tasks)}"


def plugin(connector: Connector) -> str:
    """Return a connector's class without its package, which is on hover."""
    return markup('<span title="{}">{}</span>', connector.plugin, connector.short_plugin or UNKNOWN)
