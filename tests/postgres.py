"""Run tests of what the database does on PostgreSQL: ``python -m tests.postgres``, with pytest's own arguments."""

import os
import subprocess
import sys

from tests.kafka.processes import die_with_parent
from tests.services import Postgres

TESTS = [
    *("tests/accounts", "tests/api/test_reading.py", "tests/clusters/test_scope.py", "tests/core/database"),
    *("tests/clusters/importers/test_burrow.py", "tests/clusters/inventory/test_mirror.py", "tests/lag/burrow"),
    *(
        "tests/lag/collecting/test_collector.py",
        "tests/metrics/findings/test_store.py",
        "tests/metrics/own_rules/test_rules.py",
        "tests/clusters/inventory/test_rates.py",
        "tests/clusters/jobs",
        "tests/clusters/topics/test_rates.py",
        "tests/scripts/test_upgrades.py",
    ),
]
# What providers and directories say is the same on any database, and their servers are slow to start.
LEFT_OUT = [f"--ignore=tests/accounts/single_sign_on/test_{name}.py" for name in ("keycloak", "ldap")]


def main() -> int:
    """Start PostgreSQL, run pytest with it, stop it. Without a path, the tests above are run."""
    arguments = sys.argv[1:]
    paths = [] if any(argument.startswith("tests") for argument in arguments) else [*TESTS, *LEFT_OUT]
    with Postgres() as postgres:
        environment = {**os.environ, "DATABASE_URL": postgres.url}
        command = [sys.executable, "-m", "pytest", *paths, *arguments]
        return subprocess.run(command, env=environment, preexec_fn=die_with_parent).returncode


if __name__ == "__main__":
    sys.exit(main())
