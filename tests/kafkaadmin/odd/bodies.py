"""Bodies of the API as its description has them, each with one field that no form expects."""

from collections.abc import Iterator
from typing import Any

from api.docs import schema

ODD_JSON: tuple[Any, ...] = (
    "", " ", "\0", "a\0b", "\ud800", "台é\u202e", "a" * 10_000, "-1", "9" * 25, "2026-02-30T25:61", "*", "../..",
    0, -1, 1.5, 10**30, -(10**30), 2**63, True, None, [], [[]], [None], ["\0"], [10**30], ["a"] * 2_000, {}, {"a": {}},
    {"\ud800": "\0"}, {"": ""}, {"a": None}, {"a" * 10_000: "a" * 10_000},
)  # fmt: skip
NAMES = {"topic": "t", "topics": ["t"], "group": "g", "groups": ["g"], "user": "u", "name": "t", "principal": "User:x",
         "broker": 1, "brokers": [1], "partitions": 1, "source": "t", "to": "latest", "cluster": "walked"}  # fmt: skip
DEPTH = 3
Place = tuple[str | int, ...]


def described() -> dict[str, dict[str, Any]]:
    """Return the schema of each body by method and path."""
    return {
        f"{method.upper()} {path}": content["application/json"]["schema"]
        for path, item in schema()["paths"].items()
        for method, operation in item.items()
        if "application/json" in (content := operation.get("requestBody", {}).get("content", {}))
    }


def resolved(schema_of: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema refers to, or the first of several that is not null."""
    if "$ref" in schema_of:
        return dict(schema()["components"]["schemas"][schema_of["$ref"].rsplit("/", 1)[-1]])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema_of:
            return resolved(next(each for each in schema_of[several] if each.get("type") != "null"))
    return schema_of


def usual(of: dict[str, Any], name: str = "", depth: int = DEPTH) -> Any:
    """Return a value that a schema allows."""
    of = resolved(of)
    if name in NAMES:
        return NAMES[name]
    if "enum" in of or "const" in of:
        return of.get("const") or of["enum"][0]
    if of.get("type") == "object":
        properties = of.get("properties", {})
        return {key: usual(each, key, depth - 1) for key, each in properties.items()} if depth else {}
    plain = {"integer": 1, "number": 1, "boolean": False, "string": "t", "null": None}
    return [usual(of.get("items", {}), depth=depth - 1)] if of.get("type") == "array" else plain.get(of["type"])


def places(of: dict[str, Any], depth: int = DEPTH) -> Iterator[Place]:
    """Yield where the fields of a body are, also those within others."""
    of = resolved(of)
    for name, each in of.get("properties", {}).items() if depth else ():
        yield (name,)
        yield from ((name, *rest) for rest in places(each, depth - 1))
    if of.get("type") == "array" and depth:
        yield (0,)
        yield from ((0, *rest) for rest in places(of.get("items", {}), depth - 1))


def with_value(body: Any, place: Place, value: Any) -> Any:
    """Return a body with another value at a place, if it has that."""
    if not place:
        return value
    first, *rest = place
    if isinstance(body, dict):
        return body | {first: with_value(body.get(first), tuple(rest), value)}
    if isinstance(body, list) and body:
        return [with_value(body[0], tuple(rest), value), *body[1:]]
    return value
