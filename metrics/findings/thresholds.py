"""The rules with the thresholds that a cluster sets itself."""

from collections.abc import Mapping
from dataclasses import replace

from metrics.findings.rules import RULES, Rule
from metrics.models import MetricsSettings


def rules_of(settings: MetricsSettings) -> tuple[Rule, ...]:
    own: Mapping[str, tuple[int, int]] = {
        "slow-produce": (settings.slow_produce_warning, settings.slow_produce_critical)
    }
    return tuple(
        replace(rule, warning=own[rule.name][0], critical=own[rule.name][1]) if rule.name in own else rule
        for rule in RULES
    )
