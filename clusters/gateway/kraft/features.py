"""Changing feature levels (KIP-584), which decide what all brokers of a cluster do."""

from kafka.protocol.admin import UpdateFeaturesRequest

from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection

TIMEOUT = 10.0
UPGRADE, SAFE_DOWNGRADE = 1, 2  # org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType
VALIDATING = 1  # the first version that can only validate: Kafka 3.3


def update(
    connection: Connection, name: str, level: int, *, lower: bool, validate_only: bool = False, timeout: float = TIMEOUT
) -> None:
    """Set a feature's level, 0 for off; lowering it is refused where something would be lost.

    Raises:
        InvalidRequest: some broker or controller does not support the level, or something would be lost.
        KafkaFailure: with the cause.
    """
    key = UpdateFeaturesRequest.FeatureUpdateKey(
        feature=name, max_version_level=level, upgrade_type=SAFE_DOWNGRADE if lower else UPGRADE
    )
    request = UpdateFeaturesRequest(
        timeout_ms=round(timeout * 1000), feature_updates=[key], validate_only=validate_only, min_version=VALIDATING
    )
    response = protocol.send(connection, request, timeout=timeout)
    protocol.raise_for_code(response.error_code, response.error_message)
    for result in getattr(response, "results", None) or ():
        protocol.raise_for_code(result.error_code, result.error_message, subject=name)
