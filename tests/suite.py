"""The whole suite, as ``make test`` runs it: tests with services, and beside them the others and those on PostgreSQL.

``python -m tests.suite`` takes pytest's own arguments for the former. All use the same Kafka.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import keycloak
from tests.kafka.processes import die_with_parent
from tests.kafka.waiting import eventually
from tests.sharing import SHARED

# One after the other, and only with what time the others leave: who waits for a service waits for a limited time.
BESIDE = f"nice -n 5 {sys.executable} -m pytest -m 'not services' -q; nice -n 5 {sys.executable} -m tests.postgres -q"


def main() -> int:
    """Return 0 if all tests passed."""
    keycloak.home()  # fetched and built at first: beside the tests that takes longer than one of them may
    with tempfile.TemporaryDirectory(prefix="kafkaadmin-suite-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {**os.environ, SHARED: name}
        log = folder / "beside.txt"
        with log.open("wb") as output:
            beside = subprocess.Popen(
                ["bash", "-c", BESIDE], env=environment, stdout=output, stderr=output, preexec_fn=die_with_parent
            )
        whole = [sys.executable, "-m", "pytest", "-m", "services", "-n", "2", *sys.argv[1:]]
        status = subprocess.run(whole, env=environment, preexec_fn=die_with_parent).returncode
        on_postgres = beside.wait()
        print("\nOn PostgreSQL:", log.read_text(), sep="\n", flush=True)
        eventually(lambda: not list(folder.glob("*.pickle")), timeout=60)  # what was shared has ended
    return status or on_postgres


if __name__ == "__main__":
    sys.exit(main())
