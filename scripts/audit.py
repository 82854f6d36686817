"""Looks for known vulnerabilities in everything that is pinned: ``python -m scripts.audit``, which ``make audit`` runs.

pip-audit also succeeds when the service knows nothing about a package; here only what was looked up counts as good.
Arguments are passed on to pip-audit, such as ``--vulnerability-service osv``.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
GOOD, VULNERABLE, NOT_LOOKED_UP = 0, 1, 2


@dataclass(frozen=True)
class Verdict:
    """What an audit found: an exit status and the lines that explain it."""

    status: int
    lines: tuple[str, ...]


def judged(name: str, output: str, errors: str) -> Verdict:
    """Return the verdict on one file of requirements, from what pip-audit wrote. Pure."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = (errors.strip().splitlines() or ["it wrote nothing"])[-1]
        return Verdict(NOT_LOOKED_UP, (f"{name}: NOT AUDITED. The vulnerability service did not answer: {reason}",))
    bad = [line for package in packages for line in vulnerabilities(name, package)]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    lines = [*bad, f"{name}: {len(packages) - len(skipped)} of {len(packages)} packages were looked up."]
    if skipped or not packages:
        lines.append(
            f"{name}: NOT AUDITED, for the service knows nothing of them: {', '.join(skipped) or 'no package'}."
        )
    return Verdict(VULNERABLE if bad else NOT_LOOKED_UP if skipped or not packages else GOOD, tuple(lines))


def vulnerabilities(name: str, package: dict[str, Any]) -> list[str]:
    """Return a line for each vulnerability of a package, with the versions that fix it."""
    return [
        f"{name}: {package['name']} {package['version']} has {vuln['id']}; fixed in "
        f"{', '.join(vuln.get('fix_versions') or []) or 'no version yet'}."
        for vuln in package.get("vulns", [])
    ]


def audited(file: Path, arguments: Sequence[str]) -> Verdict:
    """Run pip-audit on one file of requirements; nothing is installed for it."""
    command = ["-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--desc", "off"]
    pinned = ["--require-hashes", "--disable-pip", "--requirement", str(file)]
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *command, *pinned, *arguments], capture_output=True, text=True, check=False
    )
    return judged(file.name, ended.stdout, ended.stderr)


def main(arguments: Sequence[str]) -> int:
    """Audit every file, print the verdicts, and return the worst status: a vulnerability before what is unknown."""
    verdicts = [audited(file, arguments) for file in sorted(REQUIREMENTS.glob("*.txt"))]
    for line in (line for verdict in verdicts for line in verdict.lines):
        print(line)
    statuses = {verdict.status for verdict in verdicts}
    if VULNERABLE in statuses:
        print("There are known vulnerabilities: raise the versions in pyproject.toml, run requirements/compile.sh.")
        return VULNERABLE
    if NOT_LOOKED_UP in statuses:
        print("This says nothing about vulnerabilities. Run it where the service can be reached.")
        return NOT_LOOKED_UP
    print("No known vulnerabilities.")
    return GOOD


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
