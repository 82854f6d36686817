"""Certificates made for one cluster: an authority of its own, the brokers' certificate, a client's."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


def pem(key: Key) -> str:
    """Return a key as PKCS#8 PEM text."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def certificate(name: str, key: Key, issuer: str, issuer_key: Key, *, authority: bool) -> str:
    """Return a certificate, as PEM text, for localhost and 127.0.0.1."""
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def make(folder: Path) -> None:
    """Write ca.pem, server.pem (key and certificate), client.pem and client-key.pem."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, server, client = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    ca = certificate("Test CA", authority, "Test CA", authority, authority=True)
    (folder / "ca.pem").write_text(ca)
    (folder / "server.pem").write_text(
        pem(server) + certificate("broker", server, "Test CA", authority, authority=False)
    )
    (folder / "client.pem").write_text(certificate("client", client, "Test CA", authority, authority=False))
    (folder / "client-key.pem").write_text(pem(client))
