"""The licences of what kafkaadmin is shipped with, as the installed distributions declare them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from typing import cast

from packaging.markers import Marker

PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?: ; (.*?))? \\$", re.MULTILINE)

# Works under these may be part of one under Apache-2.0. Those under the LGPL are libraries, used unmodified.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "LGPL-3.0-only",
    "MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense", "ZPL-2.1", "Zlib",
}  # fmt: skip
SAID_AS = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD",
    "Zope Public License": "ZPL-2.1",
    "ISC License (ISCL)": "ISC",
    "LGPL v3": "LGPL-3.0-only",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
}
HOMES = ("homepage", "home", "source", "source code", "repository", "code", "documentation")


@dataclass(frozen=True)
class Part:
    """Something that kafkaadmin is shipped with. ``licence`` is an SPDX expression where its authors gave one."""

    name: str
    version: str
    licence: str
    home: str


def allowed(licence: str) -> bool:
    """Tell whether an expression such as ``A AND (B OR C)`` is on the list; ``A, B``, which says neither, is AND."""
    while inner := re.search(r"\(([^()]*)\)", licence):
        licence = licence.replace(inner[0], "MIT" if allowed(inner[1]) else "refused")
    choices = [re.split(" AND |, ", choice) for choice in licence.split(" OR ")]
    return any(all(word.strip() in ALLOWED for word in choice) for choice in choices)


def licence_of(said: Message) -> str:
    """Return the licence in a distribution's metadata: an expression, a short name, or its classifiers."""
    if expression := said.get("License-Expression"):
        return str(expression)
    short = str(said.get("License") or "").strip()
    if (short := SAID_AS.get(short, short)) in ALLOWED:
        return short
    classes = [
        classifier.rpartition(" :: ")[2]
        for classifier in said.get_all("Classifier", [])
        if classifier.startswith("License ::")
    ]
    return ", ".join(SAID_AS.get(name, name) for name in classes) or short.partition("\n")[0] or "unknown"


def home_of(said: Message) -> str:
    """Return the home page of a distribution."""
    pairs = [("homepage", said["Home-page"])] if said.get("Home-page") else []
    pairs += [
        (label.lower(), url.strip()) for label, _, url in (v.partition(",") for v in said.get_all("Project-URL", []))
    ]
    urls_by_preference = sorted((HOMES.index(label), url) for label, url in pairs if label in HOMES)
    return urls_by_preference[0][1] if urls_by_preference else ""


def pinned(requirements: str) -> Iterable[tuple[str, str, bool]]:
    """Yield name and version of every requirement, and whether it is installed on this platform."""
    for name, version, marker in PINNED.findall(requirements):
        yield name, version, not marker or Marker(marker).evaluate()


def parts(requirements: str) -> list[Part]:
    """Return the installed distributions of the requirements.

    Raises:
        SystemExit: one is not installed in the version that is pinned.
    """
    installed = []
    for name, version, here in pinned(requirements):
        if here:
            said = metadata_of(name, version)
            installed.append(Part(name, version, licence_of(said), home_of(said)))
    return installed


def metadata_of(name: str, version: str) -> Message:
    """Return the metadata of a distribution.

    Raises:
        SystemExit: it is not installed in this version.
    """
    try:
        installed = distribution(name)
    except PackageNotFoundError as error:
        raise SystemExit(f"{name} is not installed. Run make install.") from error
    if installed.version != version:
        raise SystemExit(f"{name} is installed as {installed.version}, not {version}. Run make install.")
    return cast(Message, installed.metadata)
