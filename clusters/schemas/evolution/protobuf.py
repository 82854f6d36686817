"""Protobuf's rules: what stays readable on the wire, as Confluent's registry decides it."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from clusters.formats.protobuf import message_types
from clusters.formats.schemas import Schema
from clusters.schemas.evolution.problems import Problem, below

F = FieldDescriptor
WIRE_GROUPS = (
    {F.TYPE_INT32, F.TYPE_INT64, F.TYPE_UINT32, F.TYPE_UINT64, F.TYPE_BOOL, F.TYPE_ENUM},
    {F.TYPE_SINT32, F.TYPE_SINT64},
    {F.TYPE_FIXED32, F.TYPE_SFIXED32},
    {F.TYPE_FIXED64, F.TYPE_SFIXED64},
    {F.TYPE_STRING, F.TYPE_BYTES},
    {F.TYPE_FLOAT},
    {F.TYPE_DOUBLE},
)
NAMES = {value: name.removeprefix("TYPE_").lower() for name, value in vars(F).items() if name.startswith("TYPE_")}
BY_LENGTH = {F.TYPE_STRING, F.TYPE_BYTES, F.TYPE_MESSAGE, F.TYPE_GROUP}


def problems(reader: Schema, writer: Schema) -> tuple[Problem, ...]:
    """Return why the reader cannot read what the writer wrote.

    Raises:
        UndecodableError: one of them is no schema.
    """
    return tuple(dict.fromkeys(of_files(message_types(reader.descriptors), message_types(writer.descriptors))))


def of_files(reading: tuple[Any, ...], writing: tuple[Any, ...]) -> Iterator[Problem]:
    if reading and writing and package_of(reading) != package_of(writing):
        yield Problem("", f"the package was {package_of(writing) or 'empty'}, and is {package_of(reading) or 'empty'}.")
    yield from of_messages({each.name: each for each in reading}, {each.name: each for each in writing}, "")


def package_of(messages: tuple[Any, ...]) -> str:
    return str(messages[0].file.package)


def of_messages(reading: dict[str, Any], writing: dict[str, Any], path: str) -> Iterator[Problem]:
    for name, writer in writing.items():
        if writer.GetOptions().map_entry:
            continue
        place = below(path, name)
        if name not in reading:
            yield Problem(place, "the message was removed.")
            continue
        yield from of_message(reading[name], writer, place)
        yield from of_messages(reading[name].nested_types_by_name, writer.nested_types_by_name, place)


def of_message(reader: Any, writer: Any, path: str) -> Iterator[Problem]:
    reading, writing = reader.fields_by_number, writer.fields_by_number
    for number, field in reading.items():
        if number in writing:
            yield from of_field(field, writing[number], below(path, field.name))
        elif field.is_required:
            yield Problem(below(path, field.name), "a required field was added.")
    for number, field in writing.items():
        if number not in reading and field.is_required:
            yield Problem(below(path, field.name), "a required field was removed.")
    yield from of_oneofs(reader, writer, path)


def of_field(reader: Any, writer: Any, path: str) -> Iterator[Problem]:
    if is_map(reader) and is_map(writer):
        for name in ("key", "value"):
            now, before = (each.message_type.fields_by_name[name] for each in (reader, writer))
            yield from of_field(now, before, f"{path}{{{name}}}")
    elif type_name(reader) != type_name(writer) and not on_one_wire(reader, writer):
        yield Problem(path, f"field {writer.number} was {type_name(writer)}, and is {type_name(reader)}.")
    elif reader.is_repeated != writer.is_repeated and reader.type not in BY_LENGTH:
        label = {True: "repeated", False: "single"}
        yield Problem(path, f"the number was {label[writer.is_repeated]}, and is {label[reader.is_repeated]}.")


def is_map(field: Any) -> bool:
    return bool(field.message_type and field.message_type.GetOptions().map_entry)


def type_name(field: Any) -> str:
    if is_map(field):
        return "map"
    named = field.message_type or field.enum_type
    return str(named.full_name) if named else NAMES[field.type]


def on_one_wire(reader: Any, writer: Any) -> bool:
    return any({reader.type, writer.type} <= group for group in WIRE_GROUPS)


def of_oneofs(reader: Any, writer: Any, path: str) -> Iterator[Problem]:
    """Yield what a oneof breaks: a field that leaves it for good, and fields that come into it from outside."""
    reading, writing = oneofs_of(reader), oneofs_of(writer)
    for name, numbers in writing.items():
        for number in sorted(numbers - reading.get(name, numbers)):
            if number not in reader.fields_by_number:
                yield Problem(below(path, name), f"field {number} was removed from the oneof.")
    for name, numbers in reading.items():
        moved = sorted(numbers.intersection(writer.fields_by_number.keys()) - writing.get(name, set()))
        if name in writing and moved:
            yield Problem(below(path, name), f"field {moved[0]} was moved into the oneof.")
        elif len(moved) > 1:
            yield Problem(below(path, name), f"fields {', '.join(map(str, moved))} were moved into one oneof.")


def oneofs_of(message: Any) -> dict[str, set[int]]:
    """Return the numbers of each oneof's fields; one that stands for an optional field is none."""
    return {
        oneof.name: {field.number for field in oneof.fields}
        for oneof in message.oneofs
        if not (len(oneof.fields) == 1 and oneof.name == f"_{oneof.fields[0].name}")
    }
