"""A real LDAP server: OpenLDAP's slapd from Debian's package, in a folder of its own, with people and groups."""

import base64
import datetime
import ipaddress
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ldap3.utils.dn import escape_rdn

from tests.kafka.ports import free_ports
from tests.kafka.processes import launch, tail
from tests.kafka.waiting import eventually
from tests.services import answers

SUFFIX = "dc=example,dc=com"
PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"
ADMIN, PASSWORD = f"cn=admin,{SUFFIX}", "correct horse"
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload memberof
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
pidfile {folder}/slapd.pid
sizelimit 500
database mdb
maxsize 200000000
suffix {suffix}
rootdn {admin}
rootpw "{password}"
directory {folder}/data
index objectClass,uid,member,uniqueMember,entryUUID eq
overlay ppolicy
overlay memberof
"""


def line(name: str, value: str) -> str:
    """Return a line of LDIF: values with odd letters are encoded."""
    return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"


class Slapd:
    """Listens with and without TLS; ``ca_pem`` is its own certificate."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kafkaadmin-slapd-"))
        self.port, self.tls_port = free_ports(2)
        self.url, self.tls_url = f"ldap://127.0.0.1:{self.port}", f"ldaps://127.0.0.1:{self.tls_port}"
        self.ca_pem = ""
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.ca_pem = certificate(self.folder)
        (self.folder / "data").mkdir()
        text = CONFIGURATION.format(folder=self.folder, suffix=SUFFIX, admin=ADMIN, password=PASSWORD)
        (self.folder / "slapd.conf").write_text(text)
        log = self.folder / "slapd.log"
        self.process = launch(
            ["/usr/sbin/slapd", "-d", "0", "-h", f"{self.url} {self.tls_url}", "-f", str(self.folder / "slapd.conf")],
            log,
        )
        eventually(lambda: answers(self.port) or self.process is None or self.process.poll() is not None, timeout=30)
        assert answers(self.port), tail(log, 40)
        self.fill()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"process": None}  # that is its starter's

    def run(self, command: str, ldif: str) -> None:
        arguments = [command, "-x", "-H", self.url, "-D", ADMIN, "-w", PASSWORD]
        subprocess.run(arguments, input=ldif.encode(), check=True, capture_output=True)

    def fill(self) -> None:
        organization = f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n"
        units = "".join(f"dn: {dn}\nobjectClass: organizationalUnit\n\n" for dn in (PEOPLE, GROUPS))
        self.run("ldapadd", organization + units)

    def add_user(self, uid: str, **attributes: Any) -> str:
        """Add somebody with the password of all, and return their DN."""
        dn = f"uid={escape_rdn(uid)},{PEOPLE}"
        values = {"objectClass": "inetOrgPerson", "cn": uid, "sn": "Example", "mail": "x@example.com", **attributes}
        lines = "".join(line(name, str(value)) for name, value in values.items())
        self.run("ldapadd", f"{line('dn', dn)}{lines}userPassword: {PASSWORD}\n")
        return dn

    def add_group(self, name: str, members: Iterable[str]) -> str:
        """Add a group with these entries, and return its DN."""
        dn = f"cn={escape_rdn(name)},{GROUPS}"
        lines = "".join(line("member", member) for member in members)
        self.run("ldapadd", f"{line('dn', dn)}objectClass: groupOfNames\n{lines}")
        return dn

    def change(self, dn: str, change: str) -> None:
        self.run("ldapmodify", f"dn: {dn}\nchangetype: modify\n{change}\n")

    def remove(self, dn: str) -> None:
        subprocess.run(["ldapdelete", "-x", "-H", self.url, "-D", ADMIN, "-w", PASSWORD, dn], check=True)


def certificate(folder: Path) -> str:
    """Write a key and a certificate for 127.0.0.1, and return the certificate."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "slapd")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(
        now + datetime.timedelta(days=9)
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = signed.public_bytes(serialization.Encoding.PEM)
    (folder / "server.pem").write_bytes(pem)
    plain = serialization.NoEncryption()
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return pem.decode()
