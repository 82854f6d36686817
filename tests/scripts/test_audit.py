"""An audit that could not look says so: it is never taken for a good one."""

import json
import subprocess
import sys

import pytest

from scripts.audit import GOOD, NOT_LOOKED_UP, VULNERABLE, judged

FINE = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1", "3.0"], "aliases": []}]}
UNFIXED = {"name": "c", "version": "3", "vulns": [{"id": "CVE-2", "fix_versions": []}]}
UNKNOWN = {"name": "d", "skip_reason": "Dependency not found and could not be audited: d (4)"}


def answer(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (answer(FINE), GOOD, "1 of 1 packages were looked up"),
        (answer(FINE, BAD), VULNERABLE, "b 2 has CVE-1; fixed in 2.1, 3.0."),
        (answer(UNFIXED, UNKNOWN), VULNERABLE, "c 3 has CVE-2; fixed in no version yet."),
        (answer(FINE, UNKNOWN), NOT_LOOKED_UP, "NOT AUDITED, for the service knows nothing of them: d."),
        (answer(), NOT_LOOKED_UP, "NOT AUDITED"),
        ("", NOT_LOOKED_UP, "did not answer: connection refused"),
    ],
)
def test_only_what_was_looked_up_is_good(text: str, status: int, words: str) -> None:
    verdict = judged("base.txt", text, "Traceback\nconnection refused\n")
    assert verdict.status == status
    assert words in "\n".join(verdict.lines)


def test_a_service_that_is_not_there_is_said_and_the_audit_fails() -> None:
    nobody = ["--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:1/"]
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.audit", *nobody], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == NOT_LOOKED_UP
    for file in ("base.txt", "build.txt", "dev.txt"):
        assert f"{file}: NOT AUDITED. The vulnerability service did not answer" in ended.stdout
    assert "This says nothing about vulnerabilities" in ended.stdout
