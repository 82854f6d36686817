"""The whole suite, as ``make test`` runs it: tests with services, then the others and those on PostgreSQL side by side.

``python -m tests.suite`` takes pytest's own arguments for the former. All use the same Kafka.

Tests with services share two processors with brokers and browsers. Those that failed are run once more, by themselves,
one after another and on a Kafka that has nothing of theirs yet: what fails then too has failed, and what only fails
beside others is there to be read.
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

SERVICES = ["-m", "pytest", "-m", "services"]
AGAIN = ["--last-failed", "--last-failed-no-failures", "none", "--maxfail", "3"]
# Not beside those with services, which wait for a limited time, and need both processors.
AFTERWARDS = {
    "Without services": ["-m", "pytest", "-q", "-n", "2", "-m", "not services"],
    "On PostgreSQL": ["-m", "tests.postgres", "-q"],
}


def main() -> int:
    """Return 0 if all tests passed."""
    keycloak.home()  # fetched and built at first: beside the tests that takes longer than one of them may
    with tempfile.TemporaryDirectory(prefix="kafkaadmin-suite-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {**os.environ, SHARED: name}
        with shared(folder, "kafka"):
            cache = ["-o", f"cache_dir={folder / 'cache'}"]
            status = begin([*SERVICES, "-n", "2", *cache, *sys.argv[1:]], environment).wait()
            if status == pytest.ExitCode.TESTS_FAILED:
                print("\nThose that failed, once more:", flush=True)
                status = begin([*SERVICES, *AGAIN, *cache, *sys.argv[1:]], dict(os.environ)).wait()
            others = {title: begin(arguments, environment, folder / title) for title, arguments in AFTERWARDS.items()}
            for title, process in others.items():
                status = process.wait() or status
                print(f"\n{title}:", (folder / title).read_text(), sep="\n", flush=True)
        eventually(lambda: not list(folder.glob("*.pickle")), timeout=60)  # what was shared has ended
    return status


def begin(arguments: list[str], environment: dict[str, str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a part of the suite, which writes to a file if one is given."""
    with log.open("wb") if log else nullcontext() as output:
        return subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=output, stderr=output, preexec_fn=die_with_parent
        )


if __name__ == "__main__":
    sys.exit(main())
