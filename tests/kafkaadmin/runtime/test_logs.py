import json
import logging

import pytest
from django.test import Client
from django_guid.log_filters import CorrelationId

from kafkaadmin.runtime.logs import JsonFormatter


@pytest.mark.django_db
def test_a_lines_id_is_the_answers(client: Client) -> None:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(JsonFormatter())
    handler.addFilter(CorrelationId())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        response = client.get("/healthz/nothing-here")
    finally:
        logger.removeHandler(handler)
    assert json.loads(lines[-1])["request_id"] == response["X-Request-ID"]
    given = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given
