"""Java's properties of trust store and key store, by their type: JKS, PKCS12, or PEM in a file or inline. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusters.importers import key_stores, pem
from clusters.importers.key_stores import Store
from clusters.importers.types import ImportRefused, ReadBytes

TRUST, OWN = "truststore", "keystore"
PEM = "PEM"
TYPES = ("JKS", "PKCS12", PEM)
INLINE = {
    TRUST: ("ssl.truststore.certificates",),
    OWN: ("ssl.keystore.certificate.chain", "ssl.keystore.key"),
}
STORE_KEYS = {
    *(f"ssl.{kind}.{part}" for kind in INLINE for part in ("location", "password", "type")),
    *(key for keys in INLINE.values() for key in keys),
    "ssl.key.password",
}


KAFKA_UI_STORES = {  # from kafka-ui's keys of a registry or Connect cluster
    "truststorelocation": "ssl.truststore.location",
    "truststorepassword": "ssl.truststore.password",
    "truststoretype": "ssl.truststore.type",
    "keystorelocation": "ssl.keystore.location",
    "keystorepassword": "ssl.keystore.password",
    "keystoretype": "ssl.keystore.type",
    "keypassword": "ssl.key.password",
    # Our own: the text itself instead of a file with it.
    "truststorecertificates": "ssl.truststore.certificates",
    "keystorecertificatechain": "ssl.keystore.certificate.chain",
    "keystorekey": "ssl.keystore.key",
}


@dataclass(frozen=True)
class StoreReader:
    """Reads one of the two stores that the properties describe; ``path`` is theirs."""

    kind: str
    properties: Mapping[str, str]
    path: str
    read_bytes: ReadBytes | None

    def value(self, part: str) -> str:
        return self.properties.get(f"ssl.{self.kind}.{part}", "").strip()

    @property
    def type(self) -> str:
        return self.value("type").upper()

    @property
    def inline(self) -> list[str]:
        """The properties with PEM text in them."""
        return [key for key in INLINE[self.kind] if self.properties.get(key, "").strip()]

    def check(self) -> None:
        """Refuse what Java's clients refuse.

        Raises:
            ImportRefused: the type is unknown, or inline text is missing in part or beside a file.
        """
        if self.type and self.type not in TYPES:
            raise ImportRefused(f"{self.path}.ssl.{self.kind}.type: {self.type} is none of {', '.join(TYPES)}.")
        if not self.inline:
            return
        if self.type not in ("", PEM):
            raise ImportRefused(f"{self.path}.{self.inline[0]}: this takes ssl.{self.kind}.type: PEM.")
        if self.value("location"):
            raise ImportRefused(
                f"{self.path}.{self.inline[0]}: ssl.{self.kind}.location is set too. Set only one of them."
            )
        missing = set(INLINE[self.kind]) - set(self.inline)
        if missing:
            raise ImportRefused(f"{self.path}.{self.inline[0]}: {missing.pop()} is missing.")

    def read(self, remarks: list[str]) -> Store | None:
        """Return the store; None where there is none, or where its file may not be read, with a remark.

        Raises:
            ImportRefused: it cannot be read.
        """
        self.check()
        file, path = self.value("location"), f"{self.path}.ssl.{self.kind}.location"
        if self.inline:
            return self.from_pem("\n".join(self.properties[key] for key in self.inline), self.inline[0], remarks)
        if not file:
            return None
        if self.read_bytes is None:
            remarks.append(f"{path}: paste the certificates as PEM into the cluster's form")
            return None
        try:
            data = self.read_bytes(file)
        except ImportRefused as refusal:
            raise ImportRefused(f"{path}: {refusal}.") from refusal
        text = data.decode("utf-8", "replace")
        if self.type == PEM or (not self.type and pem.is_pem(text)):
            return self.from_pem(text, f"ssl.{self.kind}.location", remarks)
        return self.from_key_store(data, path)

    def from_key_store(self, data: bytes, path: str) -> Store:
        """Read a JKS or PKCS12 file; Java takes either under both names.

        Raises:
            ImportRefused: it is neither, or a password is wrong.
        """
        if pem.is_pem(data[:10_000].decode("utf-8", "replace")):
            raise ImportRefused(f"{path}: this is PEM text. Set ssl.{self.kind}.type: PEM.")
        try:
            password = self.properties.get(f"ssl.{self.kind}.password", "")
            return key_stores.read(data, password, self.properties.get("ssl.key.password", ""))
        except ImportRefused as refusal:
            raise ImportRefused(f"{path}: {refusal}.") from refusal

    def from_pem(self, text: str, key: str, remarks: list[str]) -> Store:
        """Read PEM text.

        Raises:
            ImportRefused: something is missing in it, or its key's password is wrong.
        """
        if self.value("password"):
            remarks.append(f"{self.path}.ssl.{self.kind}.password: not used, as PEM text has no password of its own")
        try:
            if self.kind == TRUST:
                return Store(trusted=pem.certificates(text))
            key_password = self.properties.get("ssl.key.password", "")
            return Store(certificate=pem.certificates(text), key=pem.private_key(text, key_password))
        except ImportRefused as refusal:
            raise ImportRefused(f"{self.path}.{key}: {refusal}.") from refusal


def take_stores(
    properties: Mapping[str, str],
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None,
) -> None:
    """Convert Java's stores into PEM.

    Raises:
        ImportRefused: one cannot be used.
    """
    if trusted := StoreReader(TRUST, properties, path, read_bytes).read(remarks):
        fields["ca_pem"] = trusted.trusted
    if own := StoreReader(OWN, properties, path, read_bytes).read(remarks):
        fields["certificate_pem"], secrets["key_pem"] = own.certificate, own.key
