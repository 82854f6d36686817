"""A schema registry in memory, with modes, which real ones for tests do not have; it refuses what a test wants."""

import json
import re
from typing import Any
from urllib.parse import unquote

from tests.metrics.servers import Handler, says

MISSING = says('{"error_code": 40401, "message": "not found"}', status=404)


class TargetRegistry:
    """Takes what is registered, with its id, and notes what is set."""

    url: str

    def __init__(self) -> None:
        self.subjects: dict[str, list[dict[str, Any]]] = {}
        self.refused: set[str] = set()
        self.settings: dict[str, str] = {"/mode": "IMPORT", "/config": "BACKWARD"}

    def answer(self, handler: Handler) -> None:
        """Answer as Confluent's registry does."""
        path, body = unquote(handler.path.partition("?")[0]), json.loads(handler.body or b"null")
        if re.match("/(mode|config)", path):
            self.answer_setting(handler, path, body)
        elif path == "/subjects":
            says(json.dumps(list(self.subjects)))(handler)
        elif handler.command == "POST":
            self.answer_schema(handler, path.split("/")[2], body, is_new=path.endswith("/versions"))
        else:
            MISSING(handler)

    def answer_setting(self, handler: Handler, path: str, body: dict[str, str] | None) -> None:
        if body:
            self.settings[path] = next(iter(body.values()))
        if path not in self.settings:
            MISSING(handler)
            return
        name = "mode" if path.startswith("/mode") else "compatibilityLevel"
        says(json.dumps({name: self.settings[path]}))(handler)

    def answer_schema(self, handler: Handler, subject: str, body: dict[str, Any], *, is_new: bool) -> None:
        versions = self.subjects.get(subject, [])
        keys = ("schema", "references")
        same = [each for each in versions if all(each[key] == body[key] for key in keys)]
        if is_new and subject in self.refused:
            says('{"error_code": 409, "message": "Not compatible"}', status=409)(handler)
        elif is_new:
            self.subjects.setdefault(subject, []).append({**body, "version": len(versions) + 1})
            says('{"id": 1}')(handler)
        elif same:
            says(json.dumps(same[0]))(handler)
        else:
            MISSING(handler)
