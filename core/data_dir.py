"""The data folder, which is nobody else's on this machine, and the secret in it for when none is configured."""

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

OURS = ("secret.key", "kafkaadmin.sqlite3")


def own_folder(path: Path) -> Path:
    """Return a folder, made if need be. One that holds our data is closed to others; any other stays as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = path.stat().st_mode
    holds_ours = any((path / name).exists() for name in OURS)
    if holds_ours and not mode & stat.S_ISVTX and path.stat().st_uid == os.geteuid():
        with suppress(OSError):  # a volume may have modes of its own
            path.chmod(mode & ~0o077)
    return path


def stored_secret(path: Path) -> str:
    """Return the secret stored in ``path``; generate it (mode 0600) the first time.

    Two processes may start at once: the first to link its file wins, and both read that one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            Path(temporary).unlink()
    return path.read_text(encoding="ascii").strip()
