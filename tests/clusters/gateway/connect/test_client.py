"""Requests to Kafka Connect: where they go, what they carry, and what is said of servers that misbehave."""

import base64
import json
import re
from collections.abc import Callable

import pytest

from clusters.gateway.connect import connectors, offsets, plugins
from clusters.gateway.connect.client import Connect, ConnectConnection, NotSupported
from clusters.gateway.errors import (
    AuthenticationFailed,
    Conflict,
    InvalidRequest,
    KafkaFailure,
    NotAuthorized,
    NotFound,
    Unreachable,
)
from tests.metrics.servers import Answer, Handler, floods, hangs, says, serving

SECRET = "geheim"


def refused(status: int, message: str) -> Answer:
    return says(json.dumps({"error_code": status, "message": message}), status=status)


def test_the_next_address_is_asked_and_a_password_is_sent() -> None:
    headers = []

    def answer(handler: Handler) -> None:
        headers.append(handler.headers["Authorization"])
        says('{"version": "9"}')(handler)

    with serving(answer) as url:
        connection = ConnectConnection(f"http://127.0.0.1:1,{url}/", "me", SECRET)
        assert plugins.worker_of(Connect(connection)).version == "9"
    assert headers == [f"Basic {base64.b64encode(f'me:{SECRET}'.encode()).decode()}"]
    assert SECRET not in repr(connection)


def test_a_change_that_may_have_been_made_is_not_sent_to_the_next_address() -> None:
    calls: list[str] = []

    def answer(handler: Handler) -> None:
        calls.append(handler.path)
        says("")(handler)

    with serving(hangs) as slow, serving(answer) as url:
        connect = Connect(ConnectConnection(f"{slow},{url}"), seconds=1, each=0.3)
        with pytest.raises(Unreachable, match="did not respond"):
            connectors.pause(connect, "a")
        assert calls == []
        connectors.pause(Connect(ConnectConnection(f"http://127.0.0.1:1,{url}")), "a")
    assert calls == ["/connectors/a/pause"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refused(404, "Connector a not found"), NotFound, "There is no connector a."),
        (refused(404, "HTTP 404 Not Found"), NotSupported, "do not support stopping connectors"),
        (refused(405, "HTTP 405 Method Not Allowed"), NotSupported, "do not support stopping connectors"),
        (refused(409, "rebalance is in process"), Conflict, "rebalance is in process"),
        (refused(400, "1 error(s):\nNo x\nYou can also find the above list of errors at y"), InvalidRequest, "No x$"),
        (refused(500, "Request timed out"), Unreachable, "Request timed out"),
        (says("", status=503), Unreachable, r"failed \(503\)"),
        (says("no", status=401), AuthenticationFailed, r"denies access \(401\)"),
        (refused(403, "Not yours"), NotAuthorized, r"denies access \(403\). Not yours"),
        (says("slowly", status=429), Unreachable, r"gets too many requests \(429\)"),
        (says("<html>sign in</html>", "text/html"), InvalidRequest, "is not the REST API of Kafka Connect"),
        (says("", status=302, Location="http://elsewhere/"), InvalidRequest, "redirects to http://elsewhere/"),
        (floods, Unreachable, "is larger than"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said(
    answer: Answer, kind: type[KafkaFailure], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connect, "max_bytes", 1_000_000)
    with serving(answer) as url, pytest.raises(kind) as raised:
        connectors.stop(Connect(ConnectConnection(url)), "a")
    assert re.search(words, raised.value.sentence), raised.value.sentence


def test_a_connector_that_was_just_created_has_no_status_yet() -> None:
    def answer(handler: Handler) -> None:
        missing = refused(404, "No status found for connector a")
        info = says('{"name": "a", "config": {"topics": "t"}, "type": "sink", "tasks": []}')
        (missing if handler.path.endswith("/status") else info)(handler)

    with serving(answer) as url:
        connector = connectors.describe(Connect(ConnectConnection(url)), "a")
    assert (connector.state, connector.type, connector.tasks) == ("UNASSIGNED", "sink", ())


def test_https_to_a_server_without_it_is_said() -> None:
    with serving(says("{}")) as url, pytest.raises(KafkaFailure, match="does not speak TLS"):
        plugins.worker_of(Connect(ConnectConnection(url.replace("http:", "https:"))))


@pytest.mark.parametrize(
    "ask",
    [
        connectors.list_connectors,
        lambda connect: connectors.describe(connect, "a"),
        lambda connect: connectors.topics_of(connect, "a"),
        lambda connect: offsets.offsets_of(connect, "a"),
        plugins.worker_of,
        plugins.list_plugins,
        lambda connect: plugins.definition_of(connect, "X"),
        lambda connect: plugins.validate(connect, "X", {}),
    ],
)
@pytest.mark.parametrize("text", ['"a"', "1", "[1]", '{"a": 1}', '{"a": {"info": 1, "status": 2}}'])
def test_an_answer_of_another_shape_is_a_failure_or_nothing(ask: Callable[[Connect], object], text: str) -> None:
    with serving(says(text)) as url:
        try:
            assert not ask(Connect(ConnectConnection(url)))
        except KafkaFailure as failure:
            assert failure.sentence
