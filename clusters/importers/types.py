"""The result of every importer."""

from collections.abc import Callable
from dataclasses import dataclass, field

ReadBytes = Callable[[str], bytes]


@dataclass(frozen=True)
class DeclaredCluster:
    """A cluster as a configuration declares it. Field names are those of ``clusters.models.Cluster``.

    ``lag`` has the settings of the app lag by their names there, ``metrics`` those of the app metrics; a password among
    the latter is in ``secrets`` as ``metrics_password``. ``path`` is its place in the document.
    """

    name: str
    fields: dict[str, object]
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    lag: dict[str, object] = field(default_factory=dict)
    metrics: dict[str, object] = field(default_factory=dict)
    path: str = ""

    @property
    def place(self) -> str:
        """Its place in the document, for error messages."""
        return self.path or self.name


@dataclass(frozen=True)
class Imported:
    """The declared clusters, and a remark for every key that was not understood or not used."""

    clusters: tuple[DeclaredCluster, ...]
    remarks: tuple[str, ...]


class ImportRefused(Exception):
    """The configuration cannot be used; the message says which key and why."""
