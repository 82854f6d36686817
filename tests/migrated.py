"""A migrated database, made once a machine and copied: a new installation's start takes half as long with it."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.kafka.jars import CACHE, locked

ROOT = Path(__file__).resolve().parents[1]
NAME = "kafkaadmin.sqlite3"


def prepare(folder: Path) -> None:
    """Put a database without rows of ours into a data folder that has none."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / NAME).exists():
        shutil.copyfile(template(), folder / NAME)
        (folder / NAME).chmod(0o600)


@cache
def template() -> Path:
    """Return the database that the present migrations make, making it the first time."""
    path = CACHE / "migrated" / f"{digest()}.sqlite3"
    with locked(CACHE / "migrated.lock"):
        if not path.exists():
            make(path)
    return path


def digest() -> str:
    """Return what changes with any migration, of ours or of a package."""
    files = [
        *sorted(ROOT.glob("*/migrations/*.py")),
        ROOT / "requirements" / "dev.txt",
        ROOT / "kafkaadmin/settings.py",
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def make(path: Path) -> None:
    """Migrate an empty database, and keep it; those of other migrations stay, which other runs may use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO", "DATABASE"))}
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        environment = {**own, "KAFKAADMIN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "kafkaadmin.settings"}
        command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
        (Path(folder) / NAME).rename(path)
