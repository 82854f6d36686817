"""PEM text as Java clients take it: also in one line, or with ``\\n`` for line breaks. Pure."""

import re
from collections.abc import Iterator
from textwrap import wrap

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from clusters.importers.types import ImportRefused

MARKER = re.compile(r"-----(BEGIN|END) ([^-\r\n]+)-----")
WIDTH = 64


def is_pem(text: str) -> bool:
    return "-----BEGIN " in text


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield every block's label and its text in lines as OpenSSL reads them."""
    begin: re.Match[str] | None = None
    for marker in MARKER.finditer(text):
        if marker[1] == "BEGIN":
            begin = marker
        elif begin and begin[2] == marker[2]:
            yield marker[2], "\n".join((begin[0], lines_of(text[begin.end() : marker.start()]), marker[0], ""))
            begin = None


def lines_of(body: str) -> str:
    """Return a block's Base64 in lines; a body with headers, such as an encrypted key's, has lines already."""
    body = body.replace("\\n", "\n")
    return body.strip() if ":" in body else "\n".join(wrap("".join(body.split()), WIDTH))


def certificates(text: str) -> str:
    """Return the certificates in a text.

    Raises:
        ImportRefused: there are none, or one is not a certificate.
    """
    pems = [block for label, block in blocks(text) if label.endswith("CERTIFICATE")]
    if not pems:
        raise ImportRefused("there is no certificate in this PEM text")
    try:
        for block in pems:
            x509.load_pem_x509_certificate(block.encode())
    except ValueError as error:
        raise ImportRefused("this PEM text contains something that is not a certificate") from error
    return "".join(pems)


def private_key(text: str, password: str) -> str:
    """Return the private key in a text, decrypted.

    Raises:
        ImportRefused: there is none, or its password is missing or wrong.
    """
    pems = [block for label, block in blocks(text) if label.endswith("PRIVATE KEY")]
    if not pems:
        raise ImportRefused("there is no private key in this PEM text")
    is_encrypted = "ENCRYPTED" in pems[0]
    if is_encrypted and not password:
        raise ImportRefused("the private key is encrypted, and ssl.key.password is missing")
    try:
        key = load_pem_private_key(pems[0].encode(), password.encode() if is_encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = "the private key cannot be opened: it is damaged, or ssl.key.password is wrong"
        raise ImportRefused(reason) from error
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
