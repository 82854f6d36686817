"""Which findings a channel is notified of."""

from fnmatch import fnmatchcase

from clusters.findings import SEVERITIES
from metrics.models import Channel, FindingRow


def wants(channel: Channel, finding: FindingRow) -> bool:
    severe = SEVERITIES.index(finding.severity) <= SEVERITIES.index(channel.severity)
    return (
        severe
        and fnmatchcase(finding.cluster.slug, channel.cluster_glob)
        and fnmatchcase(finding.rule, channel.rule_glob)
        and fnmatchcase(finding.subject, channel.subject_glob)
    )
