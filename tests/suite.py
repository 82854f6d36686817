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
BESIDE = """status=0
nice -n 5 "$0" -m pytest -q -m "not services" || status=1
nice -n 5 "$0" -m tests.postgres -q || status=1
exit $status"""


def main() -> int:
    """Return 0 if all tests passed."""
    keycloak.home()  # fetched and built at first: beside the tests that takes longer than one of them may
    with tempfile.TemporaryDirectory(prefix="kafkaadmin-suite-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {**os.environ, SHARED: name}
        log = folder / "beside.txt"
        with log.open("wb") as output:
            beside = subprocess.Popen(
                ["sh", "-c", BESIDE, sys.executable], env=environment, stdout=output, stderr=output,
                preexec_fn=die_with_parent,
            )  # fmt: skip
        with_services = [sys.executable, "-m", "pytest", "-m", "services", "-n", "2", *sys.argv[1:]]
        status = subprocess.run(with_services, env=environment, preexec_fn=die_with_parent).returncode
        others_status = beside.wait()
        print("\nWithout services, and on PostgreSQL:", log.read_text(), sep="\n", flush=True)
        eventually(lambda: not list(folder.glob("*.pickle")), timeout=60)  # what was shared has ended
    return status or others_status


if __name__ == "__main__":
    sys.exit(main())
