"""The Dockerfile's own commands, run in a clean directory: there is no Docker engine everywhere."""

import os
import re
import shlex
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.packages import kept
from tests.kafka.ports import free_ports
from tests.kafka.processes import die_with_parent
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
# Bytes beside the base image and compiled code, which are 50 million: numpy, for distinct keys, 75 million, CEL 50,
# gRPC's compiler 35.
BIGGEST = 340_000_000


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def stages() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the instructions of the stage that builds, and of the one that is shipped."""
    steps = instructions()
    second = [number for number, (name, _) in enumerate(steps) if name == "FROM"][1]
    return steps[1:second], steps[second + 1 :]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run the build stage below a folder, and give that folder."""
    root = tmp_path_factory.mktemp("image")
    packages = kept([ROOT / "requirements" / "base.txt", ROOT / "requirements" / "build.txt"])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
    for name, argument in stages()[0]:
        text = re.sub(r"(?<!\w)/(opt|build)\b", rf"{root}/\1", argument)
        if name == "ENV":
            environment |= dict(pair.split("=", 1) for pair in shlex.split(text))
        elif name == "COPY":
            *sources, target = text.split()
            copied(sources, Path(target))
            # What is pinned is there already, and only what this run imports need be compiled.
            environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(packages), "PIP_COMPILE": "0"}
        elif name == "RUN":
            ended = subprocess.run(text, shell=True, env=environment, capture_output=True, text=True, cwd=root)
            assert ended.returncode == 0, f"{text}\n{ended.stdout}{ended.stderr}"
    yield root
    shutil.rmtree(root)


def copied(sources: list[str], target: Path) -> None:
    """Copy what git knows, as a clean context has it."""
    if sources == ["."]:
        files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        sources = [line for line in files.splitlines() if not line.startswith("tests/")]
    keep = len(sources) > 5
    for source in sources:
        place = target / (source if keep else Path(source).name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, place)


def settings(root: Path) -> dict[str, str]:
    """Return the environment of the shipped stage."""
    labels: dict[str, str] = {}
    for name, argument in stages()[1]:
        if name == "ENV":
            text = re.sub(r"/opt/kafkaadmin\b", f"{root}/opt/kafkaadmin", argument.replace("$PATH", "/usr/bin:/bin"))
            labels |= dict(pair.split("=", 1) for pair in shlex.split(text))
    return labels


def test_what_is_shipped_starts_serves_pages_and_is_small(built: Path, tmp_path: Path) -> None:
    port = free_ports(1)[0]
    environment = settings(built) | {"KAFKAADMIN_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)}
    command = ["kafkaadmin", "up", "--host", "127.0.0.1", "--port", str(port)]
    up = subprocess.Popen(
        [str(built / "opt/kafkaadmin/bin/kafkaadmin"), *command[1:]],
        env=environment,
        cwd=tmp_path,
        preexec_fn=die_with_parent,
    )
    try:
        eventually(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).status, timeout=40)
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5).read().decode()
        style = re.search(r'href="(/static/css/tokens\.[0-9a-f]{12}\.css)"', page)
        assert style, "static files have no hash in their names"
        request = urllib.request.Request(f"http://127.0.0.1:{port}{style[1]}", headers={"Accept-Encoding": "br"})
        response = urllib.request.urlopen(request, timeout=5)
        assert response.headers["Content-Encoding"] == "br"
        assert "immutable" in response.headers["Cache-Control"]
    finally:
        up.terminate()
        up.wait(30)
    folder = built / "opt/kafkaadmin"
    shipped = (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")
    assert sum(file.stat().st_size for file in shipped) <= BIGGEST
    assert not list(folder.glob("lib/python*/site-packages/pip"))


def test_it_runs_as_nobody_special_and_says_its_version() -> None:
    shipped = stages()[1]
    assert ("USER", "10001:10001") in shipped
    assert not [argument for name, argument in shipped if name == "RUN" and "pip" in argument]
    version = re.search(r"(?m)^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text())
    assert version
    assert any(f'version="{version[1]}"' in argument for name, argument in shipped if name == "LABEL")
    assert any(name == "HEALTHCHECK" and "/healthz" in argument for name, argument in shipped)
