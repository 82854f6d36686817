"""Configs of one broker, or of all brokers, as pages and the API read and change them."""

from collections.abc import Collection, Mapping, Sequence

from clusters.gateway import brokers as kafka
from clusters.gateway import cluster_defaults
from clusters.gateway import configs as kafka_configs
from clusters.gateway.configs import ConfigEntry
from clusters.models import Cluster
from core.plan import Plan


def entries_of(cluster: Cluster, broker: int | None) -> tuple[ConfigEntry, ...]:
    """Return the configs of a broker; without one, what may be set for all of them.

    Raises:
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    return cluster_defaults.describe(connection) if broker is None else kafka.configs(connection, broker)


def alter(
    cluster: Cluster,
    broker: int | None,
    planned: Plan,
    changed: Mapping[str, str],
    reset: Sequence[str],
    *,
    validate_only: bool = False,
) -> None:
    """Have Kafka make, or only check, what a plan changes.

    Raises:
        KafkaFailure: with the cause.
    """
    subjects: Collection[str] = {step.subject for step in planned.steps}
    values = {key: value for key, value in changed.items() if key in subjects}
    kafka_configs.alter_broker(cluster.connection(), broker, set=values, delete=reset, validate_only=validate_only)
