"""Stores by their type, as Java's clients read them: JKS, PKCS12, and PEM in a file or inline."""

import re
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from clusters.declaration.declared import imported
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused
from tests.clusters.importers.test_key_stores import PASSWORD, public
from tests.clusters.importers.test_key_stores import folder as folder  # a fixture


def read(properties: dict[str, str], *, files: bool = True) -> Imported:
    entry = {"name": "x", "bootstrapServers": "x:1", "properties": {"security.protocol": "SSL", **properties}}
    return imported({"kafka": {"clusters": [entry]}}, files=files)


def cluster(properties: dict[str, str], *, files: bool = True) -> DeclaredCluster:
    imports = read(properties, files=files)
    assert imports.remarks == ()
    return imports.clusters[0]


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, the same key encrypted in PKCS8 and as OpenSSL once did, and its certificate."""
    made = tmp_path_factory.mktemp("pems")
    for arguments in (
        "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=x -days 9",
        "pkcs8 -topk8 -in key.pem -passout pass:secret -out encrypted.pem",
        "rsa -aes128 -traditional -in key.pem -passout pass:secret -out traditional.pem",
    ):
        subprocess.run(["openssl", *arguments.split()], cwd=made, check=True, capture_output=True)
    return made


def in_one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def with_escapes(text: str) -> str:
    return text.replace("\n", "\\n")


@pytest.mark.parametrize("written", [str, in_one_line, with_escapes])
@pytest.mark.parametrize("key", ["key.pem", "encrypted.pem", "traditional.pem"])
def test_inline_pem_is_taken_also_from_an_upload(pems: Path, key: str, written: type[str]) -> None:
    if key == "traditional.pem" and written is in_one_line:
        pytest.skip("its headers need lines of their own")
    certificate = (pems / "cert.pem").read_text()
    declared = cluster(
        {
            "ssl.truststore.type": "PEM",
            "ssl.truststore.certificates": written(certificate * 2),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.certificate.chain": written(certificate),
            "ssl.keystore.key": written((pems / key).read_text()),
            "ssl.key.password": "secret",
        },
        files=False,
    )
    assert declared.fields["ca_pem"] == certificate * 2
    assert declared.fields["certificate_pem"] == certificate
    assert load_pem_private_key(declared.secrets["key_pem"].encode(), None).public_key() == public(certificate)


@pytest.mark.parametrize("type_", ["PEM", "pem", ""])
def test_pem_files_are_read(pems: Path, tmp_path: Path, type_: str) -> None:
    certificate = (pems / "cert.pem").read_text()
    own = tmp_path / "own.pem"
    own.write_text((pems / "key.pem").read_text() + certificate)
    declared = cluster(
        {
            "ssl.truststore.location": str(pems / "cert.pem"), "ssl.truststore.type": type_,
            "ssl.keystore.location": str(own), "ssl.keystore.type": type_,
        }
    )  # fmt: skip
    assert (declared.fields["ca_pem"], declared.fields["certificate_pem"]) == (certificate, certificate)
    assert "BEGIN PRIVATE KEY" in declared.secrets["key_pem"]


@pytest.mark.parametrize("kind", ["pkcs12", "jks"])
@pytest.mark.parametrize("type_", ["JKS", "PKCS12", "pkcs12"])
def test_java_reads_either_kind_of_key_store_under_both_names(folder: Path, kind: str, type_: str) -> None:
    declared = cluster(
        {
            "ssl.truststore.location": str(folder / f"trust.{kind}"),
            "ssl.truststore.type": type_,
            "ssl.truststore.password": PASSWORD,
        }
    )
    assert str(declared.fields["ca_pem"]).count("BEGIN CERTIFICATE") == 2


CERTIFICATES, CHAIN, KEY = "ssl.truststore.certificates", "ssl.keystore.certificate.chain", "ssl.keystore.key"


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (
            {"ssl.truststore.type": "BCFKS", "ssl.truststore.location": "CERT"},
            "type: BCFKS is none of JKS, PKCS12, PEM",
        ),
        (
            {"ssl.truststore.type": "JKS", "ssl.truststore.location": "CERT"},
            "location: this is PEM text. Set ssl.trust",
        ),
        ({"ssl.truststore.type": "PEM", "ssl.truststore.location": "P12"}, "location: there is no certificate in this"),
        ({"ssl.truststore.type": "JKS", CERTIFICATES: "x"}, "certificates: this takes ssl.truststore.type: PEM"),
        ({"ssl.truststore.location": "CERT", CERTIFICATES: "x"}, "ssl.truststore.location is set too"),
        (
            {CERTIFICATES: "-----BEGIN CERTIFICATE-----x-----END CERTIFICATE-----"},
            "something that is not a certificate",
        ),
        ({CHAIN: "x"}, "certificate.chain: ssl.keystore.key is missing"),
        ({KEY: "x"}, "key: ssl.keystore.certificate.chain is missing"),
        ({"ssl.keystore.type": "PEM", "ssl.keystore.location": "CERT"}, "location: there is no private key"),
    ],
)
def test_what_java_refuses_is_refused_with_its_path(
    pems: Path, folder: Path, properties: dict[str, str], words: str
) -> None:
    files = {"CERT": str(pems / "cert.pem"), "P12": str(folder / "trust.pkcs12")}
    properties = {key: files.get(value, value) for key, value in properties.items()}
    with pytest.raises(ImportRefused, match=r"kafka.clusters\[0\].properties.ssl.*" + re.escape(words)):
        read(properties)


@pytest.mark.parametrize(("password", "words"), [("", "ssl.key.password is missing"), ("wrong", "is wrong")])
def test_an_encrypted_key_needs_its_password(pems: Path, password: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        read(
            {
                CHAIN: (pems / "cert.pem").read_text(),
                KEY: (pems / "encrypted.pem").read_text(),
                "ssl.key.password": password,
            }
        )


def test_what_pem_has_no_use_for_is_named(pems: Path) -> None:
    properties = {CERTIFICATES: (pems / "cert.pem").read_text(), "ssl.truststore.password": "x"}
    assert read(properties).remarks == (
        "kafka.clusters[0].properties.ssl.truststore.password: not used, as PEM text has no password of its own",
    )


@pytest.mark.timeout(20)
def test_a_text_made_to_be_slow_is_not() -> None:
    for text in ("-----BEGIN CERTIFICATE-----" * 70_000, "-----BEGIN " * 200_000, "-" * 2_000_000):
        with pytest.raises(ImportRefused):
            read({CERTIFICATES: text})
