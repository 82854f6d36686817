"""The rules that a channel's form offers, in groups: the built-in ones by where their data come from, and people's."""

from collections.abc import Iterable

from clusters.connect.findings import RULES as OF_CONNECT
from clusters.inventory.findings import RULES as OF_INVENTORY
from clusters.manifests.drift.findings import RULES as OF_MANIFESTS
from clusters.schemas.findings import RULES as OF_SCHEMAS
from metrics.catalogue.own_rules import kind_of, name_of
from metrics.findings.advice import ADVICE, advice
from metrics.findings.from_metrics import SOURCE
from metrics.findings.rules import JUDGED_BY_METRICS
from metrics.models import AlertRule

Choices = list[tuple[str, str]]
GROUPS = (
    ("Cluster and topics", OF_INVENTORY | {"throttle-left"} | OF_MANIFESTS),
    ("Kafka Connect", OF_CONNECT),
    ("Schema registry", OF_SCHEMAS),
    ("Broker metrics", JUDGED_BY_METRICS | {SOURCE}),
)
REST, OWN, GONE = "Consumer lag", "Own rules", "Deleted or renamed rules"


def rule_choices(chosen: Iterable[str] = ()) -> list[tuple[str, Choices]]:
    """Return groups of rules with their titles; what is chosen stays among them when it is gone."""
    built_in = [(label, [rule for rule in ADVICE if rule in rules]) for label, rules in GROUPS]
    placed = {rule for _, rules in built_in for rule in rules}
    own = [rule.key for rule in AlertRule.objects.all()]
    gone = [rule for rule in chosen if rule not in ADVICE and rule not in own]
    groups = [*built_in, (REST, [rule for rule in ADVICE if rule not in placed]), (OWN, own), (GONE, gone)]
    return [(label, [(rule, title_of(rule)) for rule in rules]) for label, rules in groups if rules]


def title_of(rule: str) -> str:
    """Return a rule's title; with its kind where a user defined it, since names say little of that."""
    return f"{name_of(rule)} ({kind_of(rule)})" if kind_of(rule) else advice(rule).title
