"""Running commands against the application as it is served."""

import os
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from pytest_django.live_server_helper import LiveServer

from clusters.models import Cluster
from kafkaadmin.cli import main
from tests.api.conftest import Program

Run = Callable[..., Result]


@pytest.fixture
def run(live_server: LiveServer, cluster: Cluster, ada: Program) -> Iterator[Run]:
    """Run a command as an administrator."""
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": ada.secret, "KAFKAADMIN_CLUSTER": "local"}

    def run(*arguments: str, **other: str) -> Result:
        return CliRunner().invoke(main, list(arguments), env={**environment, **other})

    yield run
    os.environ.pop("KAFKAADMIN_TOKEN", None)


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout
