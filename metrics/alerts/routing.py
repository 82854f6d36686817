"""Which findings a channel is notified of."""

from clusters.findings import SEVERITIES
from core.patterns import glob_matches
from metrics.models import Channel, FindingRow


def wants(channel: Channel, finding: FindingRow) -> bool:
    severe = SEVERITIES.index(finding.severity) <= SEVERITIES.index(channel.severity)
    return (
        severe
        and glob_matches(channel.cluster_glob, finding.cluster.slug)
        and glob_matches(channel.rule_glob, finding.rule)
        and glob_matches(channel.subject_glob, finding.subject)
    )
