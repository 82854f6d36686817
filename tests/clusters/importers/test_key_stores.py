"""Key stores as Java's own keytool makes them."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from clusters.declaration.declared import imported
from clusters.importers import key_stores
from clusters.importers.types import ImportRefused

PASSWORD = "changeit"


def keytool(*arguments: str) -> None:
    """Run keytool, which spends most of its time starting: with no more of the JVM than it needs."""
    quick = ["-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-J-Xshare:auto"]
    command = ["keytool", *quick, "-noprompt", "-storepass", PASSWORD, *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key pair in PKCS12 and in JKS, and its certificate as a trusted one in both."""
    made = tmp_path_factory.mktemp("stores")
    for kind in ("pkcs12", "jks"):
        key = str(made / f"key.{kind}")
        keytool(
            "-genkeypair", "-alias", "me", "-keyalg", "RSA", "-dname", "CN=kafka", "-keystore", key,
            "-storetype", kind, "-keypass", PASSWORD,
        )  # fmt: skip
        keytool("-exportcert", "-alias", "me", "-keystore", key, "-file", str(made / "cert.der"))
        for alias in ("one", "two"):
            keytool("-importcert", "-alias", alias, "-file", str(made / "cert.der"),
                    "-keystore", str(made / f"trust.{kind}"), "-storetype", kind)  # fmt: skip
    return made


def public(pem: str) -> object:
    return load_pem_x509_certificate(pem.encode()).public_key()


@pytest.mark.parametrize("kind", ["pkcs12", "jks"])
def test_trusted_certificates_are_read_from_both_kinds(folder: Path, kind: str) -> None:
    store = key_stores.read((folder / f"trust.{kind}").read_bytes(), PASSWORD)
    assert store.trusted.count("BEGIN CERTIFICATE") == 2
    assert store.key == ""


@pytest.mark.parametrize("kind", ["pkcs12", "jks"])
def test_a_key_is_read_with_its_certificate_and_not_shown(folder: Path, kind: str) -> None:
    store = key_stores.read((folder / f"key.{kind}").read_bytes(), PASSWORD)
    assert store.certificate.count("BEGIN CERTIFICATE") == 1
    assert load_pem_private_key(store.key.encode(), None).public_key() == public(store.certificate)
    assert "PRIVATE" not in repr(store)


@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_a_key_in_jks_may_have_a_password_of_its_own(tmp_path: Path, algorithm: str) -> None:
    keytool(
        "-genkeypair", "-alias", "me", "-keyalg", algorithm, "-dname", "CN=x", "-keystore", str(tmp_path / "k"),
        "-storetype", "jks", "-keypass", "schlüssel",
    )  # fmt: skip
    data = (tmp_path / "k").read_bytes()
    store = key_stores.read(data, PASSWORD, "schlüssel")
    assert load_pem_private_key(store.key.encode(), None).public_key() == public(store.certificate)
    with pytest.raises(ImportRefused, match="password is wrong"):
        key_stores.read(data, PASSWORD)
    for end in range(4, len(data) - 20, 50):
        with pytest.raises(ImportRefused):
            key_stores.read(data[:end], "schlüssel")


def version_one(data: bytes) -> bytes:
    """Return a JKS file as Java 1.1 wrote it: without the type before each certificate. Nobody reads its seal here."""
    magic, version, rest = data[:4], data[4:8], data[8:]
    assert version == b"\x00\x00\x00\x02"
    return magic + b"\x00\x00\x00\x01" + rest.replace(b"\x00\x05X.509", b"")


def test_jks_of_the_first_version_is_read_too(folder: Path) -> None:
    trust, key = (version_one((folder / name).read_bytes()) for name in ("trust.jks", "key.jks"))
    assert key_stores.read(trust, PASSWORD).trusted.count("BEGIN CERTIFICATE") == 2
    store = key_stores.read(key, PASSWORD)
    assert load_pem_private_key(store.key.encode(), None).public_key() == public(store.certificate)


def test_what_cannot_be_read_says_why(folder: Path) -> None:
    with pytest.raises(ImportRefused, match="the password is wrong"):
        key_stores.read((folder / "key.pkcs12").read_bytes(), "wrong")
    with pytest.raises(ImportRefused, match="cannot be opened: its password is wrong"):
        key_stores.read((folder / "key.jks").read_bytes(), "wrong")
    with pytest.raises(ImportRefused, match="ends early"):
        key_stores.read((folder / "trust.jks").read_bytes()[:40], PASSWORD)
    with pytest.raises(ImportRefused, match="damaged"):
        key_stores.read(b"nonsense", PASSWORD)


def test_a_configuration_names_them_in_kafka_uis_and_in_javas_way(folder: Path) -> None:
    trust, key = str(folder / "trust.jks"), str(folder / "key.jks")
    properties = {
        "security.protocol": "SSL", "ssl.keystore.location": key, "ssl.keystore.password": PASSWORD,
    }  # fmt: skip
    entry = {
        "name": "x", "bootstrapServers": "x:1", "properties": properties,
        "ssl": {"truststoreLocation": trust, "truststorePassword": PASSWORD},
    }  # fmt: skip
    (cluster,) = imported({"kafka": {"clusters": [entry]}}, files=True).clusters
    assert "BEGIN CERTIFICATE" in str(cluster.fields["ca_pem"])
    assert "BEGIN PRIVATE KEY" in cluster.secrets["key_pem"]
    uploaded = imported({"kafka": {"clusters": [entry]}})
    assert "ca_pem" not in uploaded.clusters[0].fields
    assert len(uploaded.remarks) == 2
