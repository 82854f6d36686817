"""Of which findings a channel wants to be told."""

from fnmatch import fnmatchcase

from clusters.findings import SEVERITIES
from metrics.models import Channel, FindingRow


def wants(channel: Channel, finding: FindingRow) -> bool:
    """Tell whether a channel is to be told of a finding."""
    severe = SEVERITIES.index(finding.severity) <= SEVERITIES.index(channel.severity)
    return (
        severe
        and fnmatchcase(finding.cluster.slug, channel.cluster_glob)
        and fnmatchcase(finding.rule, channel.rule_glob)
        and fnmatchcase(finding.subject, channel.subject_glob)
    )
