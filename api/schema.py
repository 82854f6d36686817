"""The API's description as OpenAPI: what the operations declare, and what all of them share."""

import re
from copy import deepcopy
from functools import lru_cache
from typing import Any

from api.kit.idempotency import HEADER, LONGEST
from api.kit.problems import CONTENT_TYPE, KINDS, Problem
from api.root import actions, api

Object = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
ALWAYS = (400, 401, 403, 404, 405, 413, 422, 500, 502, 504)
KEY: Object = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": "^[!-~]*$"},
    "description": "A retry of the same request with the same key within a day changes nothing and returns the "
    "same response.",
}


WAITING: Object = {
    "description": "It waits for a second person.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ApprovalOut"}}},
}
CLUSTER: Object = {
    "in": "path",
    "name": "cluster",
    "required": True,
    "schema": {"title": "Cluster", "type": "string"},
}


@lru_cache(maxsize=4)
def described(prefix: str) -> Object:
    """Return the whole description, for an API that is served under a path."""
    schema: Object = deepcopy(dict(api.get_openapi_schema(path_prefix=prefix)))
    components = schema["components"]["schemas"]
    components["Problem"] = Problem.model_json_schema(mode="serialization")
    named = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route): by_method for route, by_method in actions().items()}
    for path, method, operation in operations(schema):
        if "{cluster}" in path:
            operation.setdefault("parameters", []).insert(0, CLUSTER)
        operation["summary"] = operation["description"].partition(".")[0]
        operation["x-action"] = named[path.removeprefix(prefix)][method.upper()]
        add_problems(method, operation)
        if method != "get" and "{cluster}/" in path:
            operation["responses"][202] = WAITING
        if method != "get":
            operation.setdefault("parameters", []).append(KEY)
    return schema


def operations(schema: Object) -> list[tuple[str, str, Object]]:
    """Return path, method and description of every operation."""
    return [
        (path, method, item[method]) for path, item in schema["paths"].items() for method in METHODS if method in item
    ]


def add_problems(method: str, operation: Object) -> None:
    """List the problems that an operation may be answered with."""
    for status in (*ALWAYS, *(() if method == "get" else (409,))):
        operation["responses"][status] = {
            "description": KINDS[status][1],
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
