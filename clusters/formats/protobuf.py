"""Protobuf: a message by its compiled schema, and the index of its type in the file."""

from functools import lru_cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message

from clusters.formats.content import Content, UndecodableError, structured


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


def decode(raw: bytes, descriptors: bytes, indexes: tuple[int, ...], note: str = "") -> Content:
    """Decode one message to the JSON that Protobuf defines, with the fields' own names.

    Raises:
        UndecodableError: the bytes are not of this message.
    """
    message = message_class(descriptors, indexes)()
    try:
        message.ParseFromString(raw)
        value = json_format.MessageToDict(message, preserving_proto_field_name=True)
    except (DecodeError, json_format.Error, TypeError, ValueError, RecursionError) as error:
        raise UndecodableError(f"It does not fit its Protobuf schema: {error}.") from error
    return structured(value, f"{message.DESCRIPTOR.full_name}, {note}" if note else message.DESCRIPTOR.full_name)
