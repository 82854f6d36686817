"""Faults of schema registries, each as a sentence with advice, from servers that misbehave."""

import base64
import json
from functools import partial

import pytest

from clusters.formats.content import Data, UndecodableError
from clusters.formats.detection import decode
from clusters.formats.schemas import message_indexes, named_schema
from clusters.gateway.errors import (
    AuthenticationFailed,
    InvalidRequest,
    KafkaFailure,
    NotAuthorized,
    NotFound,
    Unreachable,
)
from clusters.gateway.registry.client import Registry, RegistryConnection
from clusters.gateway.registry.protobuf_compiler import compiled
from clusters.gateway.registry.schemas import RegistrySchemas
from clusters.gateway.registry.subjects import describe, mode
from tests.metrics.servers import Answer, Handler, drips, floods, hangs, says, serving

GUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
AVRO = json.dumps({"schema": '{"type": "record", "name": "A", "fields": [{"name": "n", "type": "int"}]}'})


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (says("no", status=401), AuthenticationFailed, "denies access (401)"),
        (says('{"error_code": 40301, "message": "Not for you"}', status=403), NotAuthorized, "(403). Not for you"),
        (says("slowly", status=429), Unreachable, "gets too many requests (429)"),
        (says('{"error_code": 400, "message": "Bad id"}', status=400), InvalidRequest, "refuses: Bad id"),
        (says("", status=302, Location="http://elsewhere"), InvalidRequest, "redirects to http://elsewhere"),
        (says("<html>", "text/html"), InvalidRequest, "is not a schema registry's API"),
        (says("<html>", "text/html", status=404), InvalidRequest, "is not a schema registry's API"),
        (says("[]"), InvalidRequest, "is not a schema registry's API"),
        (says("[" * 100_000), InvalidRequest, "is not a schema registry's API"),
        (says('{"schema": 5}'), InvalidRequest, "is not a schema registry's API"),
        (says('{"error_code": 40403, "message": "x"}', status=404), NotFound, "has no schema with id 7"),
        (says('{"error_code": 50001, "message": "store down"}', status=500), Unreachable, "failed (500). store down"),
        (says('{"schema": "", "references": [{"name": "a"}]}'), InvalidRequest, "a reference that cannot be read"),
        (hangs, Unreachable, "did not respond within"),
        (drips, Unreachable, "did not finish its response within"),
        (floods, Unreachable, "larger than"),
    ],
)
def test_each_fault_is_told(answer: Answer, kind: type[KafkaFailure], words: str) -> None:
    with serving(answer) as url:
        registry = Registry(RegistryConnection(url), seconds=1)
        with pytest.raises(kind) as raised:
            registry.by_id(7)
    assert words in raised.value.sentence
    assert raised.value.advice or "refuses" in words


def test_what_is_not_ours_to_see_of_a_subject_hides_nothing_else() -> None:
    """Confluent's registry refuses the settings of all subjects to those who may see some."""

    def answer(handler: Handler) -> None:
        if handler.path.startswith(("/config", "/mode")):
            says('{"error_code": 40301, "message": "denied"}', status=403)(handler)
        else:
            says("[1]" if handler.path.endswith("/versions") else AVRO)(handler)

    with serving(answer) as url:
        registry = Registry(RegistryConnection(url))
        assert (mode(registry), describe(registry, "a").versions) == ("", (1,))


def test_a_registry_that_fails_is_asked_once_for_a_page() -> None:
    requests_seen = []

    def answer(handler: Handler) -> None:
        requests_seen.append(handler.path)
        says("no", status=401)(handler)

    with serving(answer) as url:
        schemas = RegistrySchemas(RegistryConnection(url))
        for number in (1, 1, 2, 3):
            with pytest.raises(UndecodableError):
                schemas.by_id(number)
        with pytest.raises(UndecodableError, match="denies access"):
            RegistrySchemas(RegistryConnection(url)).by_id(4)  # the next page
        with pytest.raises(UndecodableError, match="denies access"):
            RegistrySchemas(RegistryConnection(url, token="other")).by_id(4)
    assert requests_seen == ["/schemas/ids/1", "/schemas/ids/4"]


@pytest.mark.parametrize("subject", [".", "..", "half \ud800"])
def test_no_name_is_another_address(subject: str) -> None:
    registry = Registry(RegistryConnection("http://127.0.0.1:1"))
    for ask in (registry.versions, registry.version, partial(mode, registry), partial(describe, registry)):
        with pytest.raises(InvalidRequest, match="has no address for"):
            ask(subject)


def test_the_next_address_is_asked_where_one_is_away_and_secrets_are_sent() -> None:
    headers = []

    def answer(handler: Handler) -> None:
        headers.append(handler.headers["Authorization"])
        says('["a"]')(handler)

    with serving(answer) as url:
        assert Registry(RegistryConnection(f"http://127.0.0.1:1,{url}/", "me", "secret")).subjects() == ["a"]
        assert Registry(RegistryConnection(url, token="abc")).subjects() == ["a"]
    assert headers == [f"Basic {base64.b64encode(b'me:secret').decode()}", "Bearer abc"]


def test_a_schema_may_be_named_by_a_guid_in_a_header() -> None:
    header = ("__value_schema_id", b"\x01" + bytes.fromhex(GUID.replace("-", "")), 17)
    with serving(says(AVRO)) as url:
        schemas = RegistrySchemas(RegistryConnection(url))
        decoded = decode(Data(b"\x0a", 1, headers=(header,), schemas=schemas))
    assert decoded.content.value == {"n": 5}
    assert decoded.why == f"A header names the schema {GUID} of the registry."


def test_a_schema_that_refers_to_itself_ends() -> None:
    looping = {"schema": '"int"', "references": [{"name": "a", "subject": "a", "version": 1}]}
    with serving(says(json.dumps(looping))) as url:
        assert RegistrySchemas(RegistryConnection(url)).by_id(1).kind == "AVRO"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"", None), (b"\0\0\0\0\0abc", None), (b"\0\0\0\0", None), (b"\x02\0\0\0\1", None), (b"\0\0\0\1\2", "id 258")],
)
def test_only_what_names_a_schema_is_taken_for_it(raw: bytes, expected: str | None) -> None:
    reference = named_schema(raw, "value", ())
    assert (reference and str(reference)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"), [(b"\0x", ((0,), b"x")), (b"\2\4x", ((2,), b"x")), (b"\4\2\0x", ((1, 0), b"x"))]
)
def test_indexes_of_messages(raw: bytes, expected: object) -> None:
    assert message_indexes(raw) == expected


@pytest.mark.parametrize("raw", [b"", b"\4\2", b"\xff\xff\xff\xff\xff\xff", b"\1"])
def test_broken_indexes_are_refused(raw: bytes) -> None:
    with pytest.raises(UndecodableError):
        message_indexes(raw)


@pytest.mark.parametrize(
    ("text", "references", "words"),
    [
        ('syntax = "proto3"; message A { B b = 1; }', (), 'schema.proto:1:32: "B" is not defined.'),
        ('import "/etc/passwd";', (), '"/etc/passwd" was not found'),
        ("garbage", (), "Expected top-level statement"),
        ("", (("../../x", ""),), "an impossible name"),
        ("x" * 3_000_000, (), "more than 2,000,000 characters"),
        ('syntax = "proto3";' + "message A {" * 5_000, (), "does not compile"),
    ],
)
def test_what_does_not_compile_is_told_with_its_line(
    text: str, references: tuple[tuple[str, str], ...], words: str
) -> None:
    with pytest.raises(UndecodableError) as raised:
        compiled(text, references)
    assert words in str(raised.value)


def test_a_token_is_fetched_once_and_anew_when_it_is_refused() -> None:
    seen: list[str] = []

    def answer(handler: Handler) -> None:
        if handler.path == "/token":
            seen.append(handler.body.decode())
            says(json.dumps({"access_token": f"t{len(seen)}", "expires_in": 300}))(handler)
        else:
            good = handler.headers["Authorization"] == f"Bearer t{len(seen)}"
            says('["a"]' if good else "no", status=200 if good else 401)(handler)

    with serving(answer) as url:
        connection = RegistryConnection(
            url, oauth_token_url=f"{url}/token", oauth_client_id="me", oauth_client_secret="secret", oauth_scope="read"
        )
        assert "secret" not in repr(connection)
        for _ in range(2):
            assert Registry(connection).subjects() == ["a"]
        assert seen == ["grant_type=client_credentials&client_id=me&client_secret=secret&scope=read"]
        seen.append("revoked")
        with pytest.raises(AuthenticationFailed, match="denies access"):
            Registry(connection).subjects()
        assert Registry(connection).subjects() == ["a"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [(says("no", status=403), "returned status 403"), (says("{}"), "has no access token"), (hangs, "did not respond")],
)
def test_why_there_is_no_token_is_told(answer: Answer, words: str) -> None:
    with serving(answer) as url:
        registry = Registry(RegistryConnection("http://127.0.0.1:1", oauth_token_url=f"{url}/token"), seconds=1)
        with pytest.raises(AuthenticationFailed, match=words) as raised:
            registry.subjects()
    assert raised.value.advice.startswith("Check the token endpoint")
