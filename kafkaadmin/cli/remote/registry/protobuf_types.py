"""``kafkaadmin protobuf-types``: the Protobuf types of a cluster's records, through the API."""

import base64
from pathlib import Path

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, facts, printed_as_json

TYPES = "/protobuf-types"


@click.group(name="protobuf-types")
def protobuf_types() -> None:
    """Show and replace the Protobuf types of a cluster's records, through the API of kafkaadmin."""


@protobuf_types.command()
@remote_command
def show(cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show the messages, one per line."""
    content = remote_of(url, token, cluster)("GET", TYPES)
    if not printed_as_json(content, as_json):
        facts({**content, "files": ", ".join(content["files"])}, ("files", "uploaded_at"))
        for message in content["messages"]:
            click.echo(message)


@protobuf_types.command(name="set")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@DRY_RUN
@remote_command
def set_types(
    files: tuple[Path, ...], dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:  # fmt: skip
    """Replace the types by those of FILES: .proto files, folders of them, or descriptor sets of protoc."""
    contents = {name: path.read_bytes() for given in files for name, path in named(given)}
    body = {"files": {name: base64.b64encode(content).decode() for name, content in contents.items()}}
    changed(remote_of(url, token, cluster)("PUT", TYPES, {"dry_run": dry_run}, body), as_json)


def named(given: Path) -> list[tuple[str, Path]]:
    """Return the files that an argument names, by the paths by which others import them."""
    if given.is_dir():
        return [(path.relative_to(given).as_posix(), path) for path in sorted(given.rglob("*.proto"))]
    return [(given.name, given)]


@protobuf_types.command()
@DRY_RUN
@remote_command
def clear(dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Remove the types."""
    changed(remote_of(url, token, cluster)("DELETE", TYPES, {"dry_run": dry_run}), as_json)
