"""Compiles .proto files by Protobuf's own compiler, in a process of its own with bounded time and memory.

A registry has a schema as the text of a file, or, from Python's serializer, as a serialized ``FileDescriptorProto``.
"""

import base64
import binascii
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from google.protobuf import (
    any_pb2,
    api_pb2,
    descriptor_pb2,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    source_context_pb2,
    struct_pb2,
    timestamp_pb2,
    type_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import DecodeError

from clusters.formats.content import UndecodableError
from clusters.formats.schemas import SchemaError

SECONDS = 4
MEMORY = 1_000_000_000  # bytes of address space
MOST_BYTES = 2_000_000  # of all files together
MAIN = "schema.proto"
KNOWN = {
    module.DESCRIPTOR.name: module
    for module in (
        any_pb2, api_pb2, descriptor_pb2, duration_pb2, empty_pb2, field_mask_pb2, source_context_pb2, struct_pb2,
        timestamp_pb2, type_pb2, wrappers_pb2,
    )
}  # fmt: skip
LOG_LINE = re.compile(r"WARNING: All log messages|[IWE]\d{4} ")
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\s*")
COMPILE = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from importlib.resources import files
from grpc_tools import protoc
sys.exit(protoc.main(["protoc", "-I" + str(files("grpc_tools") / "_proto"), *sys.argv[1:]]))
"""


def compiled(text: str, references: tuple[tuple[str, str], ...]) -> bytes:
    """Return the compiled file with all that it imports, itself last (a serialized ``FileDescriptorSet``).

    Raises:
        UndecodableError: it does not compile; the message is the compiler's.
        SchemaError: that takes too long.
    """
    main = main_name(references)
    files = {safe(name): content for name, content in (*references, (main, text))}
    if sum(map(len, files.values())) > MOST_BYTES:
        raise UndecodableError(f"Its Protobuf schema has more than {MOST_BYTES:,} characters.")
    serialized = {name: file for name, content in files.items() if (file := deserialized(name, content))}
    texts = {name: content for name, content in files.items() if name not in serialized}
    by_name = with_known(serialized.values())
    if texts:
        by_name |= {file.name: file for file in compiled_texts(texts, by_name)}
    last = by_name.pop(main)
    return FileDescriptorSet(file=[*in_order(by_name), last]).SerializeToString()


def compiled_files(files: Mapping[str, str]) -> list[FileDescriptorProto]:
    """Return compiled files with all that they import, each after what it imports.

    Raises:
        UndecodableError: they do not compile; the message is the compiler's.
        SchemaError: that takes too long.
    """
    if sum(map(len, files.values())) > MOST_BYTES:
        raise UndecodableError(f"Its Protobuf schema has more than {MOST_BYTES:,} characters.")
    texts = {safe(name): content for name, content in files.items()}
    return in_order({file.name: file for file in compiled_texts(texts, {})})


def main_name(references: tuple[tuple[str, str], ...]) -> str:
    """Return a name for the schema itself that none of those that it imports has."""
    names = {name for name, _ in references}
    return next(name for number in range(len(names) + 1) if (name := f"{number or ''}{MAIN}") not in names)


def safe(name: str) -> str:
    """Return an imported file's path, which stays within its folder.

    Raises:
        UndecodableError: it would not.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name or len(name) > 200:
        raise UndecodableError(f"Its Protobuf schema imports a file with an impossible name: {name[:100]!r}.")
    return str(path)


def deserialized(name: str, content: str) -> FileDescriptorProto | None:
    """Return a file that the registry has in serialized form; None for the text of one."""
    if not BASE64.fullmatch(content):
        return None
    try:
        file = FileDescriptorProto.FromString(base64.b64decode(content, validate=True))
    except (binascii.Error, DecodeError):
        return None
    file.name = name
    return file


def with_known(files: Iterable[FileDescriptorProto]) -> dict[str, FileDescriptorProto]:
    """Return files by name, with those of Protobuf's own that they import."""
    by_name = {file.name: file for file in files}
    waiting = list(by_name.values())
    while waiting:
        for name in waiting.pop().dependency:
            if name.startswith("google/protobuf/") and name not in by_name:
                by_name[name] = known(name)
                waiting.append(by_name[name])
    return by_name


def known(name: str) -> FileDescriptorProto:
    """Return one of Protobuf's own files.

    Raises:
        UndecodableError: there is no such file.
    """
    file = FileDescriptorProto()
    module = KNOWN.get(name)
    if module is None:
        raise UndecodableError(f"Its Protobuf schema imports {name}, which is not known.")
    module.DESCRIPTOR.CopyToProto(file)
    return file


def in_order(by_name: dict[str, FileDescriptorProto]) -> list[FileDescriptorProto]:
    """Return files, each after those that it imports."""
    ordered: dict[str, FileDescriptorProto] = {}

    def add(name: str, within: tuple[str, ...]) -> None:
        if name in ordered or name not in by_name or name in within:
            return
        for dependency in by_name[name].dependency:
            add(dependency, (*within, name))
        ordered[name] = by_name[name]

    for name in by_name:
        add(name, ())
    return list(ordered.values())


def compiled_texts(texts: dict[str, str], present: dict[str, FileDescriptorProto]) -> list[FileDescriptorProto]:
    """Compile files; those that are compiled already may be imported.

    Raises:
        UndecodableError: the compiler refuses them.
        SchemaError: it takes too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, content in texts.items():
            path = Path(folder, "files", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        before, output = Path(folder, "before"), Path(folder, "compiled")
        before.write_bytes(FileDescriptorSet(file=in_order(present)).SerializeToString())
        options = [f"--descriptor_set_in={before}"] if present else []
        run([f"-I{folder}/files", "--include_imports", f"--descriptor_set_out={output}", *options, *texts], folder)
        return list(FileDescriptorSet.FromString(output.read_bytes()).file)


def run(arguments: list[str], folder: str) -> None:
    """Run the compiler.

    Raises:
        UndecodableError: it refuses the files.
        SchemaError: it takes too long.
    """
    command = [sys.executable, "-I", "-c", COMPILE, *arguments]
    try:
        process = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise SchemaError("Its Protobuf schema was not compiled in time.") from error
    if process.returncode:
        said = process.stderr.decode("utf-8", "replace").replace(f"{folder}/files/", "").strip()
        lines = [line for line in said.splitlines() if not LOG_LINE.match(line) and "warning:" not in line]
        raise UndecodableError(f"Its Protobuf schema does not compile: {' '.join(lines)[:500]}")
