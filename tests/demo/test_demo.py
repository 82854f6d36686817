"""``make demo``: a taken port is named before anything starts."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.services, pytest.mark.timeout(240)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def held(demo_ports: None) -> Iterator[int]:
    """The second broker's port, which this process has."""
    with socket.create_server(("127.0.0.1", 19093)):
        yield 19093


def test_a_taken_port_is_named_with_who_has_it_and_nothing_starts(held: int, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.demo"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    said = ended.stdout
    assert re.search(rf"Port {held}, which Kafka's broker 2 needs, is taken by .* \(process {os.getpid()}\)\.", said)
    assert "Starting" not in said
    assert not (tmp_path / "var").exists()
