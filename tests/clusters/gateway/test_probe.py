import http.server
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from clusters.gateway.clients.connection import Connection
from clusters.gateway.probe import connection_test as probe_module
from clusters.gateway.probe.connection_test import probe
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.jars import RELEASE


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that accepts connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


class Quiet(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web_server() -> Iterator[str]:
    """A port that speaks HTTP."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_good_connection_tells_what_it_found(connection: Connection) -> None:
    verdict = probe(connection)
    assert verdict.ok, verdict.sentence
    assert verdict.cluster is not None
    assert [broker.id for broker in verdict.cluster.brokers] == [1, 2, 3]
    assert verdict.version == RELEASE
    assert "alter (cluster)" in verdict.may


def test_a_dead_bootstrap_server_beside_a_good_one_is_mentioned(connection: Connection) -> None:
    servers = f"127.0.0.1:1,{connection.bootstrap_servers}"
    verdict = probe(replace(connection, bootstrap_servers=servers))
    assert verdict.ok
    assert "127.0.0.1:1" in verdict.advice


@pytest.mark.parametrize(
    ("change", "cause", "words"),
    [
        ({"bootstrap_servers": "no-such-host.invalid:9092"}, "name-not-resolved", "no-such-host.invalid"),
        ({"bootstrap_servers": "127.0.0.1:1"}, "connection-refused", "127.0.0.1:1"),
        ({"bootstrap_servers": "just-a-word"}, "bad-address", "host:port"),
        ({"security_protocol": "PLAINTEXT"}, "sasl-expected", "requires authentication"),
        ({"security_protocol": "SASL_SSL"}, "tls-not-expected", "TLS"),
        ({"sasl_mechanism": "PLAIN"}, "unknown-mechanism", "SCRAM-SHA-512"),
        ({"password": "wrong"}, "wrong-credentials", "password"),
        ({"username": "nobody"}, "wrong-credentials", "user name"),
    ],
)
def test_what_is_wrong_is_named(connection: Connection, change: dict[str, str], cause: str, words: str) -> None:
    verdict = probe(replace(connection, **change))  # type: ignore[arg-type]
    assert (verdict.ok, verdict.cause) == (False, cause)
    assert words in f"{verdict.sentence} {verdict.advice}"
    assert verdict.advice


def test_the_password_is_in_no_verdict(connection: Connection) -> None:
    verdict = probe(replace(connection, password="a-very-wrong-password"))
    assert "a-very-wrong-password" not in repr(verdict)


def test_a_port_that_never_answers_is_named(connection: Connection, silent: str) -> None:
    assert probe(replace(connection, bootstrap_servers=silent)).cause == "no-answer"


def test_a_web_server_is_not_taken_for_kafka(connection: Connection, web_server: str) -> None:
    assert probe(replace(connection, bootstrap_servers=web_server)).cause == "not-kafka"


def test_a_principal_without_rights_is_told_so(kafka: KafkaCluster) -> None:
    verdict = probe(connection_of(kafka, "app"))
    assert verdict.cause == "not-authorized"
    assert "DESCRIBE" in verdict.advice


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
def test_every_mechanism_signs_in_over_tls(kafka: KafkaCluster, mechanism: str) -> None:
    connection = replace(
        connection_of(kafka),
        bootstrap_servers=kafka.addresses("sasl_ssl"),
        security_protocol="SASL_SSL",
        sasl_mechanism=mechanism,
        ca_pem=kafka.certificate("ca"),
    )
    verdict = probe(connection)
    assert verdict.ok, verdict


def test_tls_mistakes_are_told_apart(kafka: KafkaCluster) -> None:
    trusted = Connection(kafka.addresses("ssl"), "SSL", ca_pem=kafka.certificate("ca"))
    assert probe(replace(trusted, ca_pem="")).cause == "certificate-not-trusted"
    assert probe(trusted).cause == "client-certificate-required"
    assert probe(replace(trusted, security_protocol="PLAINTEXT")).cause == "tls-expected"


def test_a_client_certificate_gets_in_and_is_told_what_it_may_not_do(kafka: KafkaCluster) -> None:
    connection = Connection(
        kafka.addresses("ssl"),
        "SSL",
        ca_pem=kafka.certificate("ca"),
        certificate_pem=kafka.certificate("client"),
        key_pem=kafka.certificate("client-key"),
    )
    assert probe(connection).cause == "not-authorized"


def test_a_plaintext_listener_that_does_no_sasl_is_named(kafka: KafkaCluster) -> None:
    connection = replace(connection_of(kafka), bootstrap_servers=kafka.addresses("plaintext"))
    assert probe(connection).cause == "sasl-not-expected"


def test_a_name_server_that_does_not_answer_is_not_waited_for(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving, released = threading.Event(), threading.Event()

    def hangs(*_: object, **__: object) -> list[object]:
        resolving.set()
        released.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    monkeypatch.setattr(probe_module, "EXAMINATION", 0.5)
    verdict = probe(replace(connection, bootstrap_servers="kafka.slow.example:9092"))
    assert resolving.is_set()
    assert not released.is_set()
    assert (verdict.ok, verdict.cause) == (False, "no-answer")
    released.set()
