"""Protobuf: a message by its compiled schema and its place there, or by its name among a cluster's own types."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message

from clusters.formats.content import Content, Data, UndecodableError, structured

OWN = "google/protobuf/"  # begins the names of Protobuf's own files


@lru_cache(maxsize=256)
def message_types(descriptors: bytes) -> tuple[Descriptor, ...]:
    """Return the messages of the last one of some compiled files, in their order.

    Raises:
        UndecodableError: they do not fit together.
    """
    files, pool = descriptor_pb2.FileDescriptorSet.FromString(descriptors), descriptor_pool.DescriptorPool()
    try:
        for file in files.file:
            pool.Add(file)
        names = [message.name for message in files.file[-1].message_type]
        package = files.file[-1].package
        return tuple(pool.FindMessageTypeByName(f"{package}.{name}" if package else name) for name in names)
    except (TypeError, KeyError, IndexError) as error:
        raise UndecodableError(f"Its Protobuf schema cannot be used: {error}.") from error


def message_class(descriptors: bytes, indexes: tuple[int, ...]) -> type[Message]:
    """Return the class of a message by its place in the file: among its messages, then among those within.

    Raises:
        UndecodableError: there is no such message.
    """
    messages: Any = message_types(descriptors)
    chosen: Any = None
    for index in indexes:
        if not 0 <= index < len(messages):
            raise UndecodableError(f"Its Protobuf schema has no message at {list(indexes)}.")
        chosen = messages[index]
        messages = chosen.nested_types
    return message_factory.GetMessageClass(chosen)


@lru_cache(maxsize=16)
def types_by_name(descriptors: bytes) -> Mapping[str, Descriptor]:
    """Return all messages of some compiled files by their full names, but Protobuf's own.

    Raises:
        UndecodableError: they do not fit together.
    """
    files, pool = descriptor_pb2.FileDescriptorSet.FromString(descriptors), descriptor_pool.DescriptorPool()
    try:
        for file in files.file:
            pool.Add(file)
        messages = [
            message
            for file in files.file
            if not file.name.startswith(OWN)
            for message in pool.FindFileByName(file.name).message_types_by_name.values()
        ]
    except (TypeError, KeyError) as error:
        raise UndecodableError(f"The Protobuf types cannot be used: {error}.") from error
    return {message.full_name: message for top in messages for message in with_nested(top)}


def with_nested(message: Descriptor) -> Iterator[Descriptor]:
    """Yield a message and those within it, without those that are the entries of maps."""
    yield message
    for nested in message.nested_types:
        if not nested.GetOptions().map_entry:
            yield from with_nested(nested)


def own_type(name: str, descriptors: bytes) -> Descriptor:
    """Return a message of the cluster's own types by its full name.

    Raises:
        UndecodableError: there is no such type.
    """
    if not descriptors:
        raise UndecodableError("The cluster has no Protobuf types. Upload its .proto files in the cluster's settings.")
    message = types_by_name(descriptors).get(name)
    if message is None:
        raise UndecodableError(f"The cluster's Protobuf types have no message {name}.")
    return message


def decode_as(name: str, data: Data) -> Content:
    """Decode a message of the cluster's own types by its full name.

    Raises:
        UndecodableError: there is no such type, or the bytes are not of it.
    """
    return content_of(data.whole(), message_factory.GetMessageClass(own_type(name, data.descriptors)))


def decode(raw: bytes, descriptors: bytes, indexes: tuple[int, ...], note: str = "") -> Content:
    """Decode one message by its place in the file.

    Raises:
        UndecodableError: the bytes are not of this message.
    """
    return content_of(raw, message_class(descriptors, indexes), note)


def content_of(raw: bytes, message_class: type[Message], note: str = "") -> Content:
    """Decode one message to the JSON that Protobuf defines, with the fields' own names.

    Raises:
        UndecodableError: the bytes are not of this message.
    """
    message = message_class()
    try:
        message.ParseFromString(raw)
        pool: Any = message.DESCRIPTOR.file.pool  # what an Any holds is of the same files
        value = json_format.MessageToDict(message, preserving_proto_field_name=True, descriptor_pool=pool)
    except (DecodeError, json_format.Error, TypeError, ValueError, RecursionError) as error:
        raise UndecodableError(f"It does not fit its Protobuf schema: {error}.") from error
    return structured(value, f"{message.DESCRIPTOR.full_name}, {note}" if note else message.DESCRIPTOR.full_name)
