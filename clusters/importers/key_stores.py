"""Java's key stores: certificates and a key as PEM. Pure.

Java writes PKCS12 since version 9, often under a name that says JKS; true JKS files are read too.
"""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from clusters.importers import jks
from clusters.importers.types import ImportRefused


@dataclass(frozen=True)
class Store:
    """A store's content as PEM: trusted certificates, and a key with its own certificates."""

    trusted: str = ""
    certificate: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return f"Store({len(self.trusted)} characters of trusted certificates)"


def read(data: bytes, password: str, key_password: str = "") -> Store:
    """Read a store; a key in a JKS file may have a password of its own.

    Raises:
        ImportRefused: it is not a key store, or a password is wrong.
    """
    if data.startswith(jks.MAGIC):
        return from_jks(data, key_password or password)
    try:
        store = pkcs12.load_pkcs12(data, password.encode() or None)
    except ValueError as error:
        raise ImportRefused("the key store cannot be read: it is damaged, or the password is wrong") from error
    others = "".join(
        additional.certificate.public_bytes(Encoding.PEM).decode() for additional in store.additional_certs
    )
    own = store.cert.certificate.public_bytes(Encoding.PEM).decode() if store.cert else ""
    if store.key is None:
        return Store(trusted=own + others)
    key = store.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Store(trusted=others, certificate=own + others, key=key)


def from_jks(data: bytes, password: str) -> Store:
    """Read a JKS file; of several private keys, the first one counts.

    Raises:
        ImportRefused: it ends early, or the password does not open its key.
    """
    contents = jks.read(data)
    trusted = "".join(map(pem, contents.trusted))
    if not contents.keys:
        return Store(trusted=trusted)
    sealed, own = contents.keys[0]
    return Store(trusted=trusted, certificate="".join(map(pem, own)), key=key_pem(jks.opened(sealed, password)))


def key_pem(der: bytes) -> str:
    """Return a private key as PEM.

    Raises:
        ImportRefused: TLS cannot use it.
    """
    try:
        key = load_der_private_key(der, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ImportRefused("the key store contains an entry that is not a private key") from error
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def pem(der: bytes) -> str:
    """Return a certificate as PEM.

    Raises:
        ImportRefused: it is not a certificate.
    """
    try:
        return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
    except ValueError as error:
        raise ImportRefused("the key store contains an entry that is not a certificate") from error
