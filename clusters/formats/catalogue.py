"""The formats there are: our own, and those of installed packages (entry points ``kafkaadmin.formats``)."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from clusters.formats import (
    avro_files,
    binary_documents,
    connect,
    kafka_records,
    plain_text,
    primitives,
    protobuf,
    registered,
)
from clusters.formats.content import Content, Data, UndecodableError

AUTOMATIC = ""
GROUP = "kafkaadmin.formats"
PROTOBUF = "protobuf:"  # then the full name of a message of the cluster's own types
IN_REGISTRY = "schema:"  # then the name of one of the cluster's schema registries
REGISTRY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
FULL_NAME = re.compile(r"[A-Za-z_]\w{0,99}(\.[A-Za-z_]\w{0,99}){0,20}")
T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Format:
    """A format by its name in addresses and its label on pages.

    ``decode`` raises UndecodableError with the reason. ``recognise`` tells why bytes seem to be of this format, or
    returns an empty text; a format without it is only ever chosen.
    """

    name: str
    label: str
    decode: Callable[[Data], Content]
    recognise: Callable[[Data], str] | None = None


# In the order in which they are tried. A text is of the first one that fits, and nearly all bytes may be numbers.
OWN = (
    Format("kafka", "Kafka internal", kafka_records.coordinator_record, kafka_records.is_coordinator_record),
    Format("mirrormaker", "MirrorMaker", connect.mirror_record, connect.is_mirror_record),
    Format("schema", "Schema registry", registered.registered, registered.is_registered),
    Format("avro-file", "Avro file", avro_files.container_file, avro_files.is_container_file),
    Format("connect", "Connect JSON", connect.connect_json, connect.is_connect_json),
    Format("json", "JSON", plain_text.json_document, plain_text.is_json),
    Format("xml", "XML", plain_text.xml, plain_text.is_xml),
    Format("text", "Text", plain_text.text, plain_text.is_text),
    Format("msgpack", "MessagePack", binary_documents.message_pack, binary_documents.is_message_pack),
    Format("cbor", "CBOR", binary_documents.cbor, binary_documents.is_cbor),
    *(Format(name, label, primitives.number(label, layout)) for name, (label, layout) in primitives.LAYOUTS.items()),
    Format("uuid", "UUID", primitives.uuid),
    Format("hex", "Hexadecimal", primitives.hexadecimal),
    Format("base64", "Base64", primitives.base64_text),
)


@cache
def formats() -> Mapping[str, Format]:
    """Return all formats by name; those of installed packages are tried before our own, and never replace one."""
    own = {each.name: each for each in OWN}
    added = [each for entry in entry_points(group=GROUP) if (each := loaded(entry)) and each.name not in own]
    return {each.name: each for each in added} | own


def format_called(name: str) -> Format | None:
    """Return a format by its name, also ``protobuf:shop.Order`` and ``schema:new``; None if there is none."""
    if name.startswith(PROTOBUF) and FULL_NAME.fullmatch(name, len(PROTOBUF)):
        return Format(name, "Protobuf", partial(protobuf.decode_as, name.removeprefix(PROTOBUF)))
    if registry_in(name):
        return Format(name, f"Schema registry {registry_in(name)}", registered.registered)
    return formats().get(name)


def registry_in(name: str) -> str:
    """Return the schema registry that a format names; empty for any other format."""
    registry = name.removeprefix(IN_REGISTRY)
    return registry if registry != name and REGISTRY_NAME.fullmatch(registry) else ""


def loaded(entry: EntryPoint) -> Format | None:
    """Return an installed package's format, whose own errors do not become ours; None if it cannot be loaded."""
    try:
        added: Format = entry.load()
        recognise = added.recognise and partial(guarded, added.recognise, added.label)
        return Format(added.name, added.label, partial(guarded, added.decode, added.label), recognise)
    except Exception:
        logger.exception("The format %s of %s cannot be loaded.", entry.name, entry.value)
        return None


def guarded(call: Callable[[Data], T], label: str, data: Data) -> T:
    try:
        return call(data)
    except UndecodableError:
        raise
    except Exception as error:
        raise UndecodableError(f"The format {label} failed: {type(error).__name__}: {error}") from error


def choices() -> list[tuple[str, str]]:
    """Return names and labels as a form offers them."""
    return [(AUTOMATIC, "Automatic"), *((each.name, each.label) for each in formats().values())]
