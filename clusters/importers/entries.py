"""Reads a configuration's clusters one by one, so that one that cannot be used does not hinder the others. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clusters.importers.shapes import check_texts, storable
from clusters.importers.types import AllRefused, DeclaredCluster, Imported, ImportRefused, RefusedCluster

ReadEntry = Callable[[list[str]], DeclaredCluster]


@dataclass(frozen=True)
class Entry:
    """A cluster's part of a document. ``read`` adds its remarks to a list; ``name`` is what the cluster is called."""

    name: str
    path: str
    read: ReadEntry


def read_each(entries: Iterable[Entry], remarks: list[str]) -> Imported:
    """Read all entries; those that cannot be used, or have the name of an earlier one, are refused.

    Raises:
        AllRefused: there are entries, and none of them can be used.
    """
    clusters: dict[str, DeclaredCluster] = {}
    refused: list[RefusedCluster] = []
    for entry in entries:
        own_remarks: list[str] = []
        try:
            cluster = entry.read(own_remarks)
            check(cluster, clusters.get(cluster.name))
        except ImportRefused as refusal:
            refused.append(RefusedCluster(storable(entry.name), entry.path, storable(str(refusal))))
        else:
            clusters[cluster.name] = cluster
            remarks += own_remarks
    if refused and not clusters:
        raise AllRefused(tuple(refused))
    return Imported(tuple(clusters.values()), tuple(remarks), tuple(refused))


def check(cluster: DeclaredCluster, namesake: DeclaredCluster | None) -> None:
    """Refuse a cluster with the name of another, or with texts that a database cannot store.

    Raises:
        ImportRefused: it is one of these.
    """
    if namesake:
        raise ImportRefused(f"{cluster.place} has the same name as {namesake.place}.")
    texts = {"name": cluster.name, **cluster.fields, **cluster.lag, **cluster.metrics, **cluster.secrets}
    check_texts(texts, cluster.place)
    for connect in cluster.connect or ():
        check_texts({"name": connect.name, **connect.fields, **connect.secrets}, cluster.place)
    for registry in cluster.registries:
        check_texts({"name": registry.name, **registry.fields, **registry.secrets}, cluster.place)
