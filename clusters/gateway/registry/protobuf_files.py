"""Protobuf types from files that people have: ``.proto`` texts, and descriptor sets as ``protoc`` writes them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import DecodeError

from clusters.formats.content import UndecodableError
from clusters.formats.protobuf import types_by_name
from clusters.gateway.registry.protobuf_compiler import compiled_files, in_order, with_known

SUFFIX = ".proto"
IMPORT = re.compile(r'^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Types:
    """Full names of messages, sorted, and the compiled files that have them: a serialized ``FileDescriptorSet``."""

    files: tuple[str, ...]
    messages: tuple[str, ...]
    descriptors: bytes


def read_types(files: Mapping[str, bytes]) -> Types:
    """Return the types of some files by their names; a text by its suffix, otherwise a descriptor set.

    Raises:
        UndecodableError: a file cannot be used, or something that it imports is missing; SchemaError if that took too
            long to find out.
    """
    texts = {name: text_of(name, content) for name, content in files.items() if name.endswith(SUFFIX)}
    sets = [read_set(name, content) for name, content in files.items() if name not in texts]
    by_name = {file.name: file for descriptors in sets for file in descriptors}
    by_name |= {file.name: file for file in compiled_files(at_import_paths(texts))} if texts else {}
    descriptors = FileDescriptorSet(file=in_order(with_known(by_name.values()))).SerializeToString()
    messages = tuple(sorted(types_by_name(descriptors)))
    if not messages:
        raise UndecodableError("These files have no message.")
    return Types(tuple(sorted(files)), messages, descriptors)


def text_of(name: str, content: bytes) -> str:
    """Raises UndecodableError: it is no text."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UndecodableError(f"{name} is not text in UTF-8.") from error


def read_set(name: str, content: bytes) -> Iterable[FileDescriptorProto]:
    """Raises UndecodableError: it is no descriptor set."""
    try:
        files = FileDescriptorSet.FromString(content).file
    except DecodeError as error:
        raise UndecodableError(f"{name} is neither a .proto file nor a descriptor set.") from error
    if not files or not all(file.name for file in files):
        raise UndecodableError(f"{name} is neither a .proto file nor a descriptor set.")
    return files


def at_import_paths(texts: Mapping[str, str]) -> dict[str, str]:
    """Return files by the paths by which others import them: a browser tells no more of a file than its last name."""
    imported = {path for text in texts.values() for path in IMPORT.findall(text)} - texts.keys()
    paths: dict[str, list[str]] = {}
    for path in imported:
        paths.setdefault(PurePosixPath(path).name, []).append(path)
    return {next(iter(paths.get(name, [])), name): text for name, text in texts.items()}
