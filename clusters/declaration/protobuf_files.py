"""The Protobuf types of a declared cluster: read from the files that its declaration names, and compiled."""

from pathlib import Path

from clusters.gateway.errors import KafkaFailure
from clusters.importers.types import DeclaredProtobuf, ImportRefused
from clusters.models import Cluster, ProtobufTypes
from clusters.protobuf_types import changes


def store(cluster: Cluster, declared: DeclaredProtobuf | None) -> None:
    """Store the types in place of others; those of a declaration before go with it, uploaded ones stay.

    Raises:
        ImportRefused: a file cannot be read, or has no types.
    """
    if declared is None:
        ProtobufTypes.objects.filter(cluster=cluster, declared=True).delete()
        return
    try:
        changes.store(cluster, changes.read(files_of(declared)), declared=True)
    except KafkaFailure as failure:
        raise ImportRefused(f"Protobuf files: {failure.sentence}") from failure


def files_of(declared: DeclaredProtobuf) -> dict[str, bytes]:
    """Return the files' contents: of a folder all .proto files, by the paths by which they import each other.

    Raises:
        ImportRefused: one cannot be read.
    """
    files = dict(declared.contents)
    for name in declared.paths:
        path = Path(name)
        try:
            if path.is_dir():
                files |= {
                    each.relative_to(path).as_posix(): each.read_bytes() for each in sorted(path.rglob("*.proto"))
                }
            else:
                files[path.name] = path.read_bytes()
        except (OSError, ValueError) as error:
            raise ImportRefused(f"{name} cannot be read: {error}") from error
    return files
