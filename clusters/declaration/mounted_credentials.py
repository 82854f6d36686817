"""Credentials mounted as files, one folder per declared cluster: ``<folder>/<cluster>/<part>``.

A cluster's password can stay in the Secret of its own chart, and is read again when the Secret changes.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from clusters.importers.jaas import parse
from clusters.importers.types import DeclaredCluster, ImportRefused

BIGGEST = 65_536  # bytes of a part
FIELDS = {"username": "username", "ca.crt": "ca_pem", "user.crt": "certificate_pem"}
SECRETS = {"password": "password", "user.key": "key_pem"}
PARTS = (*FIELDS, *SECRETS, "users", "jaas")


def parts(folder: Path) -> dict[str, str]:
    """Return the parts in a cluster's folder, without the line breaks that editors leave.

    Raises:
        ImportRefused: a part exists but cannot be read.
    """
    try:
        return {
            name: (folder / name).read_bytes()[:BIGGEST].decode().strip() for name in PARTS if (folder / name).is_file()
        }
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused(f"The credentials in {folder} cannot be read: {error}") from error


def joined(declared: DeclaredCluster, root: Path | None) -> DeclaredCluster:
    """Return a declared cluster with the credentials from its folder, if there is one.

    Raises:
        ImportRefused: a part cannot be read or used.
    """
    if root is None or "/" in declared.name or declared.name in {"", ".", ".."}:
        return declared
    mounted = parts(root / declared.name)
    fields, secrets = dict(declared.fields), dict(declared.secrets)
    if "jaas" in mounted:
        options = parse(mounted["jaas"]).options
        mounted = {"username": options.get("username", ""), "password": options.get("password", "")} | mounted
    fields |= {field: mounted[part] for part, field in FIELDS.items() if part in mounted}
    secrets |= {name: mounted[part] for part, name in SECRETS.items() if part in mounted}
    if "users" in mounted and "password" in mounted:
        secrets["password"] = password_of(str(fields.get("username", "")), mounted["users"], mounted["password"])
    return replace(declared, fields=fields, secrets=secrets)


def password_of(username: str, users: str, passwords: str) -> str:
    """Return a user's password from two parallel comma-separated lists, as Bitnami's ``client-passwords`` has them.

    Raises:
        ImportRefused: the user is not in the list.
    """
    by_user = dict(zip(users.split(","), passwords.split(","), strict=False))
    if username not in by_user:
        raise ImportRefused(f"The mounted list has no password for {username or 'a user without a name'}.")
    return by_user[username]


def fingerprint(root: Path | None) -> str:
    """Return a digest of all mounted parts; empty if no folder is set."""
    digest = hashlib.sha256()
    for file in sorted(root.glob("*/*")) if root else ():
        if file.name in PARTS and file.is_file():
            digest.update(f"{file}\0".encode() + file.read_bytes()[:BIGGEST] + b"\0")
    return digest.hexdigest() if root else ""
