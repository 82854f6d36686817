"""Findings about Kafka Connect, from the inventory: what cannot be reached, connectors and tasks that failed."""

from collections.abc import Iterable

from django.db.models import Case, When

from clusters.connect.rules.states import CONNECTOR_FAILED, TASKS_FAILED
from clusters.findings import CRITICAL, WARNING, Finding, Former, SourceResult
from clusters.models import Cluster, ConnectCluster, Connector
from core.web.formats import plural

MOST = 50  # connectors with a finding of their own
HOLD = 15  # seconds: a rebalance is over by then
UNREACHABLE, FAILED, FAILED_TASKS = "connect-unreachable", "connector-failed", "connector-tasks"
MORE = "more-connectors"
RULES = frozenset({UNREACHABLE, FAILED, FAILED_TASKS, MORE})


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Judge the Connect clusters of a cluster; connectors of one that is away by their last known state."""
    connects = [connect for connect in cluster.connect_clusters.all() if connect.looked_at]
    unreachable = tuple(unreachable_finding(connect) for connect in connects if connect.error)
    rows = Connector.objects.filter(cluster=cluster, trouble__gte=TASKS_FAILED).select_related("connect")
    had = Case(When(name__in=[subject for rule, subject in former if rule in RULES], then=0), default=1)
    named: dict[str, list[Connector]] = {}
    for row in rows.order_by(had, "-trouble", "name", "pk")[: 2 * MOST]:
        named.setdefault(row.name, []).append(row)
    chosen = dict(list(named.items())[:MOST])
    rest = rows.count() - sum(map(len, chosen.values()))
    return SourceResult(
        RULES, (*unreachable, *(finding_of(name, group) for name, group in chosen.items()), *more(rest))
    )


def more(number: int) -> list[Finding]:
    """Return a finding for the failed connectors that have no finding of their own."""
    value, target = f"and {plural(number, 'more connector')}", "?unhealthy=1"
    return [Finding(MORE, "", WARNING, value, page="connectors", target=target)] if number > 0 else []


def unreachable_finding(connect: ConnectCluster) -> Finding:
    return Finding(
        UNREACHABLE, f"Connect cluster {connect.name}", WARNING, connect.error, connect.advice[:100],
        for_seconds=HOLD, page="connectors",
    )  # fmt: skip


def finding_of(name: str, rows: Iterable[Connector]) -> Finding:
    """Return what is wrong with a connector, of one Connect cluster or of several that have one of this name."""
    first, *others = sorted(rows, key=lambda row: -row.trouble)
    rule = FAILED if first.trouble >= CONNECTOR_FAILED else FAILED_TASKS
    value = "FAILED" if rule == FAILED else f"{first.tasks_failed} of {plural(first.tasks, 'task')} failed"
    problems = tuple(f"{row.connect.name}: {' '.join(row.problem.split())}" for row in (first, *others) if row.problem)
    return Finding(
        rule, name, CRITICAL, value, names=problems, for_seconds=HOLD, page="connector",
        target=f"{first.connect.name}/{name}",
    )  # fmt: skip
