"""Schemas as lines of JSON, as registries write a version, and lines of what is set for subjects. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any

from clusters.formats.schemas import AVRO
from clusters.gateway.registry.client import Reference
from clusters.gateway.registry.subjects import GLOBAL, LEVELS, MODES

MOST_ID = 2**31 - 1
LONGEST_NAME = 700
SETTINGS = {"compatibility": LEVELS, "mode": MODES}
HALVES = re.compile("[\ud800-\udfff]")  # of characters, which JSON may have
VERSION_LINE, SETTINGS_LINE = "a version of a subject", "the settings of a subject"
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


@dataclass(frozen=True)
class SettingsLine:
    """What is set for a subject, or, without one, for all that have nothing of their own; empty is what is not set."""

    subject: str = GLOBAL
    compatibility: str = ""
    mode: str = ""

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name in SETTINGS if (value := getattr(self, name))}

    def written(self) -> str:
        return json.dumps({"subject": self.subject, "settings": self.values}, ensure_ascii=False)


@dataclass(frozen=True)
class SchemaFile:
    """What the lines of an export have."""

    versions: tuple[SchemaLine, ...] = ()
    settings: tuple[SettingsLine, ...] = ()

    @property
    def count(self) -> int:
        return len(self.versions) + len(self.settings)


def file_of(text: str, most: int) -> SchemaFile:
    """Return what JSON Lines have.

    Raises:
        LineError: there are too many, or one is neither a version nor settings.
    """
    versions: list[SchemaLine] = []
    settings: dict[str, SettingsLine] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        if len(versions) + len(settings) == most:
            raise LineError(f"More than {most:,} lines: use `kafkaadmin schemas import`.")
        read = read_line(number, line)
        if isinstance(read, SettingsLine):
            settings[read.subject] = read
        else:
            versions.append(read)
    return SchemaFile(tuple(versions), tuple(settings.values()))


def read_line(number: int, line: str) -> SchemaLine | SettingsLine:
    """Raises LineError: it is neither a version nor settings."""
    noun = VERSION_LINE
    try:
        content = json.loads(line)
        if "settings" in content:
            noun = SETTINGS_LINE
            return settings_of(content)
        return line_of(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LineError(f"Line {number} is not {noun}: {reason_of(error)}.") from error


def reason_of(error: Exception) -> str:
    if isinstance(error, LineError):
        return str(error)
    return f"{error} is missing" if isinstance(error, KeyError) else "not JSON, or of another form"


def line_of(content: dict[str, Any]) -> SchemaLine:
    """Raises LineError, KeyError and others: it is no version of a subject."""
    if set(content) == {"incomplete"}:
        raise LineError(f"the export was incomplete, {content['incomplete']}")
    subject, version, number = str(content["subject"]), content["version"], content.get("id")
    if not subject or not is_name(subject):
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


def settings_of(content: dict[str, Any]) -> SettingsLine:
    """Raises LineError, KeyError and others: it has no settings."""
    subject, values = content["subject"], content["settings"]
    if not isinstance(subject, str) or not is_name(subject):
        raise LineError("its subject is no name")
    for name, value in values.items():
        if name not in SETTINGS:
            raise LineError(f"there is no setting “{name}”; there are {', '.join(SETTINGS)}")
        if value not in SETTINGS[name]:
            raise LineError(f"{name} “{value}” does not exist; there are {', '.join(SETTINGS[name])}")
    return SettingsLine(subject, **values)


def is_name(subject: str) -> bool:
    return len(subject) <= LONGEST_NAME and "\0" not in subject and not HALVES.search(subject)


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_ID
