"""JSON as people write it, as the value of an Avro schema; what does not fit is told with its path.

Of a union the first branch that fits is taken; ``{"long": 5}``, as Avro's own JSON writes it, names the branch. Bytes
are base64, decimals numbers or texts, times as ISO 8601 writes them, as decoded records show them.
"""

import base64
import binascii
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import fastavro

from clusters.formats.avro import AvroSchema
from clusters.formats.content import DEEPEST, MOST

INT, LONG = 1 << 31, 1 << 63
LOGICAL: dict[str, Callable[[str], Any]] = {
    "timestamp-millis": datetime.fromisoformat,
    "timestamp-micros": datetime.fromisoformat,
    "local-timestamp-millis": datetime.fromisoformat,
    "local-timestamp-micros": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time-millis": time.fromisoformat,
    "time-micros": time.fromisoformat,
}


class UnfitError(ValueError):
    """A value does not fit a schema; the message says where, and why."""


def encode(value: Any, schema: AvroSchema) -> bytes:
    """Return the bytes of a value.

    Raises:
        UnfitError: it does not fit the schema.
    """
    file = io.BytesIO()
    try:
        fastavro.schemaless_writer(file, schema.parsed, Fitter(schema.named).fitted(value, schema.parsed, "$"))
    except UnfitError:
        raise
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise UnfitError(f"It does not fit the schema: {error}.") from error
    return file.getvalue()


class TooMuchError(ValueError):
    """Fitting would take too long: of unions within unions every branch is tried."""


class Fitter:
    """Makes values fit a schema, whose types it knows by name."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        self.named, self.left = named, MOST

    def fitted(self, value: Any, schema: Any, path: str, depth: int = 0) -> Any:
        """Return a value as fastavro writes it.

        Raises:
            UnfitError: it does not fit.
        """
        self.left -= 1
        if self.left < 0:
            raise TooMuchError(f"It takes more than {MOST:,} steps to fit it to the schema.")
        if depth > DEEPEST:
            raise UnfitError(f"{path[:100]}…: it is nested deeper than {DEEPEST} levels.")
        if isinstance(schema, list):
            return self.branch(value, schema, path, depth)
        kind = schema["type"] if isinstance(schema, dict) else schema
        if kind in {"record", "error"}:
            return self.record(value, schema, path, depth)
        if kind == "array":
            items = expect(value, list, "a list", path)
            return [self.fitted(each, schema["items"], f"{path}[{at}]", depth + 1) for at, each in enumerate(items)]
        if kind == "map":
            entries = expect(value, dict, "an object", path).items()
            return {name: self.fitted(each, schema["values"], f"{path}.{name}", depth + 1) for name, each in entries}
        if kind == "enum":
            if value not in schema["symbols"]:
                raise UnfitError(f"{path}: {value!r} is none of {', '.join(schema['symbols'])}.")
            return value
        if isinstance(kind, str) and kind in self.named:
            return self.fitted(value, self.named[kind], path, depth + 1)
        if isinstance(kind, dict | list):
            return self.fitted(value, kind, path, depth + 1)
        return single(value, kind, schema if isinstance(schema, dict) else {}, path)

    def record(self, value: Any, schema: Mapping[str, Any], path: str, depth: int) -> dict[str, Any]:
        fields = expect(value, dict, "an object", path)
        defined = {field["name"] for field in schema["fields"]}
        unknown = [name for name in fields if name not in defined]
        if unknown:
            raise UnfitError(
                f"{path}: the schema has no field {unknown[0]}; it has {', '.join(sorted(defined)) or 'none'}."
            )
        values = {}
        for field in schema["fields"]:
            name = field["name"]
            if name in fields:
                values[name] = self.fitted(fields[name], field["type"], f"{path}.{name}", depth + 1)
            elif "default" not in field:
                raise UnfitError(f"{path}: the field {name} is missing, and has no default.")
        return values

    def branch(self, value: Any, union: list[Any], path: str, depth: int) -> Any:
        """Return a value for the branch of a union that it names, or for the first one that it fits."""
        if isinstance(value, dict) and len(value) == 1:
            ((name, inner),) = value.items()
            for each in union:
                if name == name_of(each):
                    return self.chosen(inner, each, path, depth)
        reasons = []
        for each in exact_first(union):
            try:
                return self.chosen(value, each, path, depth)
            except UnfitError as error:
                reasons.append(str(error))
        raise UnfitError(reasons[-1] if reasons else f"{path}: the union has no branches.")

    def chosen(self, value: Any, schema: Any, path: str, depth: int) -> Any:
        """Return a value and its branch's name, as fastavro takes them: of a value alone it chooses by itself."""
        return name_of(schema), self.fitted(value, schema, path, depth + 1)


def exact_first(union: list[Any]) -> list[Any]:
    """Return branches as they are tried: a double has each number, a float does not."""
    has_double = any(name_of(each) == "double" for each in union)
    return sorted(union, key=lambda each: has_double and name_of(each) == "float")


def name_of(schema: Any) -> str:
    if isinstance(schema, str):
        return schema
    return str(schema.get("name") or schema.get("type")) if isinstance(schema, dict) else ""


def single(value: Any, kind: Any, schema: Mapping[str, Any], path: str) -> Any:
    logical = schema.get("logicalType")
    if logical in LOGICAL and isinstance(value, str):
        return converted(value, LOGICAL[logical], f"a {logical}, e.g. 2026-01-31T12:00:00+00:00", path)
    if logical == "decimal":
        return converted(str(value), Decimal, "a decimal number", path)
    if logical == "uuid" and isinstance(value, str):
        return converted(value, UUID, "a UUID", path)
    if kind == "null":
        return expect(value, type(None), "null", path)
    if kind == "boolean":
        return expect(value, bool, "true or false", path)
    if kind in {"int", "long"}:
        return whole_number(value, INT if kind == "int" else LONG, kind, path)
    if kind in {"float", "double"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError(f"{path}: {value!r} is not a number.")
        return float(value)
    text = expect(value, str, "a string", path)
    return text if kind == "string" else converted(text, decoded_base64, "base64", path)


def whole_number(value: Any, limit: int, kind: str, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
        raise UnfitError(f"{path}: {str(value)[:50]!r} is not a whole number of the type {kind}.")
    return value


def expect(value: Any, kind: type, description: str, path: str) -> Any:
    if not isinstance(value, kind):
        raise UnfitError(f"{path}: {str(value)[:50]!r} is not {description}.")
    return value


def converted(text: str, convert: Callable[[str], Any], description: str, path: str) -> Any:
    try:
        return convert(text)
    except (ValueError, InvalidOperation) as error:
        raise UnfitError(f"{path}: {text[:50]!r} is not {description}.") from error


def decoded_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise UnfitError(text) from error
