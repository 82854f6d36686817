"""The whole suite, as ``make test`` runs it: tests with services, those without beside them, then those on PostgreSQL.

``python -m tests.suite`` takes pytest's own arguments for the first. All use the same Kafka.

Tests with services share two processors with brokers and browsers, and often wait for them: those without have the
lowest priority and use what is left. Tests with services that failed are run once more, by themselves, one after
another and on a Kafka that has nothing of theirs yet: what fails then too has failed, and what only fails beside others
is there to be read.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
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
LEAST = 19  # as nice(1) counts priorities


def main() -> int:
    """Return 0 if all tests passed."""
    keycloak.home()  # fetched and built at first: beside the tests that takes longer than one of them may
    with tempfile.TemporaryDirectory(prefix="kafkaadmin-suite-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {**os.environ, SHARED: name}
        with shared(folder, "kafka"):
            without = begin(WITHOUT, environment, log=folder / "without", priority=LEAST)
            status = run([*SERVICES, *sys.argv[1:]], environment, folder / "services")
            status = run(ON_POSTGRESQL, environment, folder / "postgresql") or status
            status = without.wait() or status
            print("\nWithout services:", (folder / "without").read_text(), sep="\n", flush=True)
        eventually(lambda: not list(folder.glob("*.pickle")), timeout=60)  # what was shared has ended
    return status


def run(arguments: list[str], environment: dict[str, str], cache: Path) -> int:
    """Run tests with services, and once more those that failed."""
    with_cache = [*arguments, "-o", f"cache_dir={cache}"]
    status = begin(with_cache, environment).wait()
    if status == pytest.ExitCode.TESTS_FAILED:
        print("\nThose that failed, once more:", flush=True)
        status = begin([*with_cache, *AGAIN], dict(os.environ)).wait()
    return status


def begin(
    arguments: list[str], environment: dict[str, str], *, log: Path | None = None, priority: int = 0
) -> subprocess.Popen[bytes]:
    """Start a part of the suite, which writes to a file if one is given."""

    def prepare() -> None:
        os.nice(priority)
        die_with_parent()

    with log.open("wb") if log else nullcontext() as output:
        return subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=output, stderr=output, preexec_fn=prepare
        )


if __name__ == "__main__":
    sys.exit(main())
