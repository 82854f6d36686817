"""The packages that an image has, fetched once a machine: of each, the index has hundreds of files to choose from."""

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.kafka.jars import CACHE, locked


def kept(requirements: list[Path]) -> Path:
    """Return a folder with what is pinned, of those hashes, and with nothing else."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in requirements)).hexdigest()[:16]
    folder = CACHE / "packages" / digest
    with locked(CACHE / "packages.lock"):
        if not folder.exists():
            fetch(folder, requirements)
    return folder


def fetch(folder: Path, requirements: list[Path]) -> None:
    """Fetch them; the folder appears only when all of it is there."""
    partly = folder.with_suffix(".part")  # of a fetch that was cut off, pip uses what is there
    files = [argument for file in requirements for argument in ("--requirement", str(file))]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", *files]
    subprocess.run([*command, "--dest", str(partly)], check=True)
    partly.rename(folder)
