"""What another feature level would do. Pure."""

from clusters.gateway.cluster import METADATA_VERSIONS
from clusters.gateway.kraft.quorum import FeatureLevel
from clusters.kafka_tools import command
from core.patterns import EVERYTHING
from core.plan import Plan, Step

ACTION = "features.update"
METADATA = "metadata.version"
RAISED = "Brokers and controllers that do not support this level can no longer join the cluster."
ONE_WAY = "A higher metadata.version can be lowered again only if nothing of what it brought is in the metadata."
LOWERED = "Kafka lowers a level only where nothing is lost; what was made with the higher one must be gone before."


def words(name: str, level: int) -> str:
    """Return a level as people know it: the release of a metadata.version, or off."""
    release = METADATA_VERSIONS.get(level, "") if name == METADATA else ""
    return "off" if level == 0 else f"{level} (Kafka {release})" if release else str(level)


def levels(feature: FeatureLevel) -> list[int]:
    """Return the levels that may be set instead of the present one, the highest first."""
    return [level for level in range(feature.highest, feature.lowest - 1, -1) if level != feature.level]


def update(feature: FeatureLevel, level: int) -> Plan:
    """Plan another level of a feature."""
    lower = level < feature.level
    warnings = [LOWERED] if lower else [RAISED, *([ONE_WAY] if feature.name == METADATA else [])]
    step = Step(feature.name, words(feature.name, feature.level), words(feature.name, level))
    tool = command("kafka-features", "downgrade" if lower else "upgrade", "--feature", f"{feature.name}={level}")
    return Plan(ACTION, EVERYTHING, (step,), tuple(warnings), destructive=lower, commands=(tool,))
