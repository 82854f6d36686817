"""Schemas as lines of JSON, as registries write a version, and the order in which they can be registered. Pure."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clusters.formats.schemas import AVRO
from clusters.gateway.registry.client import Reference

MOST_ID = 2**31 - 1
LONGEST_NAME = 700
Key = tuple[str, int]  # a subject and a version


class LineError(ValueError):
    """A line is no version of a subject; the message says which and why."""


@dataclass(frozen=True)
class SchemaLine:
    """A version of a subject, as it is exported and imported."""

    subject: str
    version: int
    id: int | None
    kind: str
    text: str
    references: tuple[Reference, ...] = ()

    @property
    def key(self) -> Key:
        return self.subject, self.version

    def written(self) -> str:
        content = {
            "subject": self.subject,
            "version": self.version,
            "id": self.id,
            "schemaType": self.kind,
            "schema": self.text,
            "references": list(map(vars, self.references)),
        }
        return json.dumps(content, ensure_ascii=False)


def lines_of(text: str, most: int) -> list[SchemaLine]:
    """Return the versions in JSON Lines.

    Raises:
        LineError: there are too many, or one is none.
    """
    lines: list[SchemaLine] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if len(lines) == most:
            raise LineError(f"More than {most:,} lines: use `kafkaadmin schemas import`.")
        try:
            lines.append(line_of(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise LineError(f"Line {number} is not a version of a subject: {reason_of(error)}.") from error
    return lines


def reason_of(error: Exception) -> str:
    if isinstance(error, LineError):
        return str(error)
    return f"{error} is missing" if isinstance(error, KeyError) else "not JSON, or of another form"


def line_of(content: dict[str, Any]) -> SchemaLine:
    """Raises LineError, KeyError and others: it is no version of a subject."""
    if set(content) == {"incomplete"}:
        raise LineError(f"the export was incomplete, {content['incomplete']}")
    subject, version, number = str(content["subject"]), content["version"], content.get("id")
    if not subject or len(subject) > LONGEST_NAME or "\0" in subject:
        raise LineError("its subject is no name")
    if not is_number(version) or not (number is None or is_number(number)):
        raise LineError("version and id are positive numbers")
    references = tuple(
        Reference(str(each["name"]), str(each["subject"]), int(each["version"]))
        for each in content.get("references") or ()
    )
    kind, text = content.get("schemaType") or AVRO, content["schema"]
    if not isinstance(text, str) or not isinstance(kind, str):
        raise LineError("schema and schemaType are texts")
    return SchemaLine(subject, version, number, kind, text, references)


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_ID


def in_order(
    subjects: Sequence[str], versions: Callable[[str], Sequence[int]], version: Callable[[str, int], SchemaLine]
) -> Iterator[SchemaLine]:
    """Yield all versions of some subjects, each after those before it and those that it refers to.

    What is referred to comes along, though it is none of these subjects. ``versions`` and ``version`` fetch.
    """
    numbers: dict[str, Sequence[int]] = {}
    done: set[Key] = set()

    def up_to(subject: str, last: int | None) -> Iterator[SchemaLine]:
        if subject not in numbers:
            numbers[subject] = versions(subject)
        for number in numbers[subject]:
            if (subject, number) in done or (last is not None and number > last):
                continue
            done.add((subject, number))
            line = version(subject, number)
            for reference in line.references:
                yield from up_to(reference.subject, reference.version)
            yield line

    for subject in subjects:
        yield from up_to(subject, None)
