"""Java's key stores: certificates and a key as PEM. Pure.

PKCS12 is what Java writes since version 9, often under a name that says JKS. Of true JKS files the trusted certificates
are read; a private key in one is sealed by a cipher that only Java has.
"""

import struct
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from clusters.importers.types import ImportRefused

JKS = b"\xfe\xed\xfe\xed"
KEY, CERTIFICATE = 1, 2


@dataclass(frozen=True)
class Store:
    """What a store holds, as PEM: trusted certificates, and a key with its own certificates."""

    trusted: str = ""
    certificate: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return f"Store({len(self.trusted)} characters of trusted certificates)"


def read(data: bytes, password: str) -> Store:
    """Read a store.

    Raises:
        ImportRefused: it is none, its password is wrong, or it holds a key that only Java can unseal.
    """
    if data.startswith(JKS):
        return Store(trusted="".join(map(pem, jks_certificates(data))))
    try:
        found = pkcs12.load_pkcs12(data, password.encode() or None)
    except ValueError as error:
        raise ImportRefused("the key store cannot be read: it is damaged, or the password is wrong") from error
    others = "".join(one.certificate.public_bytes(Encoding.PEM).decode() for one in found.additional_certs)
    own = found.cert.certificate.public_bytes(Encoding.PEM).decode() if found.cert else ""
    if found.key is None:
        return Store(trusted=own + others)
    key = found.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Store(trusted=others, certificate=own + others, key=key)


def jks_certificates(data: bytes) -> list[bytes]:
    """Return the trusted certificates of a JKS file, as DER.

    Raises:
        ImportRefused: it ends early, or holds a private key.
    """
    try:
        version, count = struct.unpack_from(">II", data, 4)
        at, found = 12, []
        for _ in range(count):
            (kind,) = struct.unpack_from(">I", data, at)
            if kind != CERTIFICATE:
                raise ImportRefused("the JKS file holds a private key; convert it with keytool to PKCS12")
            at = _after_text(data, at + 4) + 8  # the alias, and when it was made
            at = _after_text(data, at) if version == 2 else at
            (length,) = struct.unpack_from(">I", data, at)
            found.append(data[at + 4 : at + 4 + length])
            at += 4 + length
    except struct.error as error:
        raise ImportRefused("the JKS file ends early") from error
    return found


def _after_text(data: bytes, at: int) -> int:
    """Return where a text ends that has its length, two bytes, in front."""
    return int(at + 2 + struct.unpack_from(">H", data, at)[0])


def pem(der: bytes) -> str:
    """Return a certificate as PEM.

    Raises:
        ImportRefused: it is none.
    """
    try:
        return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
    except ValueError as error:
        raise ImportRefused("the key store holds something that is no certificate") from error
