"""Which findings a channel is notified of."""

from clusters.findings import SEVERITIES
from core.patterns import glob_matches
from metrics.models import Channel, FindingRow


def wants(channel: Channel, finding: FindingRow) -> bool:
    """Tell whether a finding is among what was picked, if anything was, and matches the patterns."""
    return (
        finding.severity in severities_of(channel)
        and is_picked(channel.clusters, channel.cluster_glob, finding.cluster.slug)
        and is_picked(channel.rules, channel.rule_glob, finding.rule)
        and glob_matches(channel.subject_glob, finding.subject)
    )


def is_picked(picked: list[str] | None, glob: str, name: str) -> bool:
    return (not picked or name in picked) and glob_matches(glob, name)


def severities_of(channel: Channel) -> list[str]:
    """Return the severities that a channel is notified of: those picked, or all from the minimum on."""
    return channel.severities or at_least(channel.severity)


def at_least(severity: str) -> list[str]:
    return list(SEVERITIES[: SEVERITIES.index(severity) + 1])
