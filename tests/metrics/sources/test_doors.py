"""A real Prometheus behind TLS that wants client certificates."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from core.outgoing import Access
from metrics.sources.http import SourceFailure
from metrics.sources.prometheus import Prometheus as Source
from tests.kafka import certificates
from tests.kafka.ports import free_ports
from tests.prometheus import Prometheus, installed

pytestmark = [pytest.mark.services, pytest.mark.skipif(not installed(), reason="no Prometheus on this machine")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("doors")
    certificates.make(made)
    key = ec.generate_private_key(ec.SECP256R1())
    (made / "other.pem").write_text(certificates.certificate("other", key, "other", key, authority=True))
    (made / "other-key.pem").write_text(certificates.pem(key))
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    server = Prometheus(folder / "prometheus", port, [])
    server.web = folder / "web.yml"
    pem = str(folder / "server.pem")
    tls = {
        "cert_file": pem,
        "key_file": pem,
        "client_auth_type": "RequireAndVerifyClientCert",
        "client_ca_file": str(folder / "ca.pem"),
    }
    server.web.write_text(json.dumps({"tls_server_config": tls}))
    server.start()
    yield f"https://127.0.0.1:{port}"
    server.stop()


def pem(folder: Path, name: str) -> str:
    return (folder / f"{name}.pem").read_text()


def test_a_certificate_of_an_unknown_authority_is_refused_with_what_to_do(url: str) -> None:
    with pytest.raises(SourceFailure) as failure:
        Source(url).query("up")
    assert "not trusted" in failure.value.sentence
    assert "CA certificate" in failure.value.advice


def test_without_a_client_certificate_it_is_said_that_one_is_wanted(url: str, folder: Path) -> None:
    for access in (Access(ca_pem=pem(folder, "ca")), Access(verify=False)):
        with pytest.raises(SourceFailure) as failure:
            Source(url, access).query("up")
        assert "client certificate" in failure.value.sentence + failure.value.advice


def test_with_the_authority_and_a_client_certificate_it_answers(url: str, folder: Path) -> None:
    access = Access(ca_pem=pem(folder, "ca"), certificate_pem=pem(folder, "client"), key_pem=pem(folder, "client-key"))
    (series,) = Source(url, access).query("vector(42)")
    assert series.points[0][1] == 42
    stranger = Access(ca_pem=pem(folder, "ca"), certificate_pem=pem(folder, "other"), key_pem=pem(folder, "other-key"))
    with pytest.raises(SourceFailure) as failure:
        Source(url, stranger).query("vector(42)")
    assert "rejects the client certificate" in failure.value.sentence


def test_plain_http_to_a_port_that_speaks_tls_says_so(url: str) -> None:
    with pytest.raises(SourceFailure) as failure:
        Source(url.replace("https", "http")).query("up")
    assert "https" in failure.value.advice
