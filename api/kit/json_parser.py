"""Reading the bodies of requests."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class JsonParser(Parser):
    """Reads JSON whose texts can be written again."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body's content.

        Raises:
            ValueError: it is no JSON, or a text has half of a surrogate pair, which neither Kafka nor a database takes.
        """
        content = super().parse_body(request)
        json.dumps(content, ensure_ascii=False).encode()
        return content
