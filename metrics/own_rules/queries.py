"""Rules that somebody may define, and what their patterns match, as pages and the API read them."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import may_by_pattern
from clusters.access import matching, visible_clusters, within
from clusters.models import Group, Topic
from core.patterns import glob_matches
from core.web.formats import plural
from metrics.catalogue.own_rules import BELOW, OF_GROUPS
from metrics.findings.visibility import within_grants
from metrics.models import AlertRule
from metrics.own_rules.source import condition_of, passing

MANAGE = "rules.manage"


def may_manage(request: HttpRequest, rule: AlertRule) -> bool:
    """Tell whether the person's grants cover whatever a rule's patterns match."""
    return may_by_pattern(granted(request), MANAGE, rule.cluster_glob, rule.resource_glob)


def manageable(request: HttpRequest) -> list[AlertRule]:
    return [rule for rule in AlertRule.objects.all() if may_manage(request, rule)]


def open_alerts(request: HttpRequest, rules: list[AlertRule]) -> dict[str, int]:
    """Return how many open alerts each rule has among those that the person may see, by key."""
    rows = within_grants(request, *visible_clusters(request)).filter(resolved_at=None)
    counted = rows.filter(rule__in=[rule.key for rule in rules]).order_by().values("rule").annotate(number=Count("pk"))
    return {row["rule"]: row["number"] for row in counted}


@dataclass(frozen=True)
class Matches:
    """What a rule's patterns match of what the person may see, and for how many the condition holds now."""

    clusters: int
    subjects: int
    noun: str
    met: int | None
    side: str

    @property
    def text(self) -> str:
        text = f"Matches {plural(self.clusters, 'cluster')}, {plural(self.subjects, self.noun)}"
        return f"{text}." if self.met is None else f"{text}; {self.met:,} {self.side} the threshold now."


def matches(request: HttpRequest, rule: AlertRule, *, with_threshold: bool = True) -> Matches:
    condition, of_groups = condition_of(rule), rule.kind in OF_GROUPS
    clusters = [cluster for cluster in visible_clusters(request) if glob_matches(rule.cluster_glob, cluster.slug)]
    subjects = met = 0
    for cluster in clusters:
        rows = (
            within(request, cluster, "groups.view", Group.objects.filter(cluster=cluster))
            if of_groups
            else within(request, cluster, "topics.view", Topic.objects.filter(cluster=cluster, internal=False))
        )
        subjects += rows.filter(matching("name", (rule.resource_glob,))).count()
        met += rows.filter(passing(condition)).count() if with_threshold else 0
    noun, side = "consumer group" if of_groups else "topic", "below" if rule.kind == BELOW else "above"
    return Matches(len(clusters), subjects, noun, met if with_threshold else None, side)
