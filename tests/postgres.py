"""Run some tests on PostgreSQL: ``python -m tests.postgres tests/accounts …``, with pytest's own arguments."""

import os
import subprocess
import sys

from tests.services import Postgres


def main() -> int:
    """Start PostgreSQL, run pytest with it, stop it."""
    with Postgres() as postgres:
        environment = {**os.environ, "DATABASE_URL": postgres.url}
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
