"""The wheel, as somebody has it who knows nothing of the repository: installed, started in an empty folder, opened."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.browser.server import Server

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder of its own; what it depends on is there already."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def test_up_serves_pages_with_their_style_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    with Server(PYTHONPATH=str(installed), PYTHONSAFEPATH="1") as up:
        page = urllib.request.urlopen(f"{up.url}/login/", timeout=5).read().decode()
        assert "Sign in" in page
        files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
        assert len(files) >= 5
        for path in files:
            assert urllib.request.urlopen(f"{up.url}{path}", timeout=5).status == 200
        maps = Path(f"/proc/{up.process.pid}/environ").read_bytes()
        assert str(installed).encode() in maps


def test_it_is_the_wheel_that_runs_and_knows_its_version(installed: Path, tmp_path: Path) -> None:
    code = "import kafkaadmin; print(kafkaadmin.__file__, kafkaadmin.__version__)"
    environment = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"}
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    changes = (ROOT / "CHANGELOG.md").read_text()
    file, version = said.stdout.split()
    assert file.startswith(str(installed))
    assert f"## {version}" in changes
