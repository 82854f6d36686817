"""The whole suite, as ``make test`` runs it: tests with services, those on PostgreSQL, and those without services.

``python -m tests.suite`` takes pytest's own arguments for the first. All use the same Kafka.

Tests with services share two processors with brokers and browsers, so nothing else runs beside them. Those that failed
are run once more, by themselves, one after another and on a Kafka that has nothing of theirs yet: what fails then too
has failed, and what only fails beside others is there to be read.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import keycloak
from tests.kafka.processes import die_with_parent
from tests.kafka.waiting import eventually
from tests.sharing import SHARED, shared

SERVICES = ["-m", "pytest", "-m", "services", "-n", "2"]
WITHOUT = ["-m", "pytest", "-q", "-n", "2", "-m", "not services"]
ON_POSTGRESQL = ["-m", "tests.postgres", "-q", "-n", "2"]
AGAIN = ["--last-failed", "--last-failed-no-failures", "none", "--maxfail", "3", "-n", "0"]


def main() -> int:
    """Return 0 if all tests passed."""
    keycloak.home()  # fetched and built at first: beside the tests that takes longer than one of them may
    with tempfile.TemporaryDirectory(prefix="kafkaadmin-suite-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {**os.environ, SHARED: name}
        with shared(folder, "kafka"):
            status = run([*SERVICES, *sys.argv[1:]], environment, folder / "services")
            status = run(ON_POSTGRESQL, environment, folder / "postgresql") or status
            status = python(WITHOUT, environment) or status
        eventually(lambda: not list(folder.glob("*.pickle")), timeout=60)  # what was shared has ended
    return status


def run(arguments: list[str], environment: dict[str, str], cache: Path) -> int:
    """Run tests with services, and once more those that failed."""
    with_cache = [*arguments, "-o", f"cache_dir={cache}"]
    status = python(with_cache, environment)
    if status == pytest.ExitCode.TESTS_FAILED:
        print("\nThose that failed, once more:", flush=True)
        status = python([*with_cache, *AGAIN], dict(os.environ))
    return status


def python(arguments: list[str], environment: dict[str, str]) -> int:
    return subprocess.run([sys.executable, *arguments], env=environment, preexec_fn=die_with_parent).returncode


if __name__ == "__main__":
    sys.exit(main())
