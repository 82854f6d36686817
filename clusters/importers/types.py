"""The result of every importer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ReadBytes = Callable[[str], bytes]


@dataclass(frozen=True)
class DeclaredConnect:
    """A Connect cluster of a declared cluster. Field names are those of ``clusters.models.ConnectCluster``."""

    name: str
    fields: dict[str, object]
    secrets: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class DeclaredRegistry:
    """A schema registry of a declared cluster. Field names are those of ``clusters.models.SchemaRegistry``."""

    name: str
    fields: dict[str, object]
    secrets: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class DeclaredProtobuf:
    """Files with Protobuf types: paths of local files and folders, and the contents of others by name."""

    paths: tuple[str, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class DeclaredCluster:
    """A cluster as a configuration declares it. Field names are those of ``clusters.models.Cluster``.

    ``lag`` has the settings of the app lag by their names there, ``metrics`` those of the app metrics; a password among
    the latter is in ``secrets`` as ``metrics_password``. ``connect`` are its Connect clusters, None where nothing is
    said of them; ``registries`` are its schema registries. ``path`` is its place in the document.
    """

    name: str
    fields: dict[str, object]
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    lag: dict[str, object] = field(default_factory=dict)
    metrics: dict[str, object] = field(default_factory=dict)
    connect: tuple[DeclaredConnect, ...] | None = None
    registries: tuple[DeclaredRegistry, ...] = ()
    protobuf: DeclaredProtobuf | None = None
    path: str = ""

    @property
    def place(self) -> str:
        """Its place in the document, for error messages."""
        return self.path or self.name


@dataclass(frozen=True)
class RefusedCluster:
    """A cluster whose declaration cannot be used. The others of its configuration are not affected."""

    name: str
    path: str
    reason: str

    def __str__(self) -> str:
        reason = self.reason if self.path in self.reason else f"{self.path}: {self.reason}"
        return f"The cluster {self.name} was not applied: {reason}"


@dataclass(frozen=True)
class Imported:
    """The declared clusters, a remark for every key that was not understood or not used, and the refused clusters."""

    clusters: tuple[DeclaredCluster, ...]
    remarks: tuple[str, ...]
    refused: tuple[RefusedCluster, ...] = ()


class ImportRefused(Exception):
    """The configuration cannot be used; the message says which key and why."""


class AllRefused(ImportRefused):
    """None of the clusters can be used."""

    def __init__(self, refused: tuple[RefusedCluster, ...]) -> None:
        super().__init__(" ".join(map(str, refused)))
        self.refused = refused
