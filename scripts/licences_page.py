"""Builds ``docs/licences.md`` from what is installed and vendored: ``python -m scripts.licences_page``."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

from scripts.licences import parts, pinned

ROOT = Path(__file__).resolve().parents[1]
PAGE, VENDOR = ROOT / "docs" / "licences.md", ROOT / "static" / "vendor"
REQUIREMENTS = ROOT / "requirements" / "base.txt"


def vendored() -> list[dict[str, str]]:
    """Return the recorded files of ``static/vendor``."""
    return cast("list[dict[str, str]]", json.loads((VENDOR / "VENDOR.json").read_text()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = ["| " + " | ".join(line) + " |\n" for line in (head, *rows)]
    return "".join([lines[0], "|---" * len(head) + "|\n", *lines[1:]])


def page() -> str:
    requirements = REQUIREMENTS.read_text()
    elsewhere = ", ".join(f"{name} {version}" for name, version, here in pinned(requirements) if not here)
    libraries = table(
        ("package", "version", "licence", "home"),
        ((part.name, part.version, part.licence, part.home) for part in parts(requirements)),
    )
    files = table(
        ("package", "version", "licence", "file", "SHA-256"),
        (
            (file["package"], file["version"], file["licence"], f"`{file['file']}`", f"`{file['sha256']}`")
            for file in vendored()
        ),
    )
    return f"""# Licences

kafkaadmin is licensed under [Apache-2.0](../LICENSE). This is what it is shipped with, and under which licences, as
their authors declare them. What only the tests and the build use is not part of it. A test fails when something comes
under a licence that is not on the list in `scripts/licences.py`.

This page is built by `python -m scripts.licences_page`.

## Python packages

From `requirements/base.txt`, pinned with their hashes. Wheels with compiled parts carry libraries of their own (such as
librdkafka, libpq and OpenSSL); their licences are in those wheels. Not installed on Linux with CPython:
{elsewhere}.

{libraries}
## Files for the browser

From `static/vendor`, unchanged.

{files}"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
