"""What every importer gives."""

from collections.abc import Callable
from dataclasses import dataclass, field

ReadBytes = Callable[[str], bytes]


@dataclass(frozen=True)
class DeclaredCluster:
    """A cluster as a configuration declares it. Field names are those of ``clusters.models.Cluster``.

    ``lag`` holds settings of whoever judges the cluster's lag, by their names there, ``metrics`` those of whoever
    measures its brokers; a password among these is in ``secrets`` as ``metrics_password``. ``path`` is where it stands.
    """

    name: str
    fields: dict[str, object]
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    lag: dict[str, object] = field(default_factory=dict)
    metrics: dict[str, object] = field(default_factory=dict)
    path: str = ""

    @property
    def place(self) -> str:
        """Where it stands, for a refusal."""
        return self.path or self.name


@dataclass(frozen=True)
class Imported:
    """The clusters found, and a sentence for every key that was not understood or not taken over."""

    clusters: tuple[DeclaredCluster, ...]
    remarks: tuple[str, ...]


class ImportRefused(Exception):
    """The configuration cannot be used; the message says which key and why."""
