"""Which settings of a plugin are passwords, as the inventory knows or the workers say."""

from clusters.gateway.connect import plugins
from clusters.gateway.connect.client import Connect, NotSupported
from clusters.gateway.errors import KafkaFailure
from clusters.models import ConnectCluster


def passwords_of(row: ConnectCluster, connect: Connect, plugin: str) -> frozenset[str]:
    """Return the settings of a class that are passwords: as the inventory knows, or the workers say.

    Raises:
        KafkaFailure: the workers cannot be reached. Without their word nothing is shown.
    """
    if plugin in row.passwords:
        return row.passwords_of(plugin)
    try:
        return frozenset(setting.name for setting in plugins.definition_of(connect, plugin) if setting.is_password)
    except NotSupported:
        return frozenset()
    except KafkaFailure:
        if connect.failure:
            raise
        return frozenset()
