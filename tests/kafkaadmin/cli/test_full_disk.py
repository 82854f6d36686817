"""A disk that is really full: what is said, what still answers, and that all goes on once there is room."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.server import PASSWORD, USER, Server
from tests.kafka.waiting import eventually
from tests.kafkaadmin.cli.browsing import TOKEN, Browser

pytestmark = pytest.mark.services


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Callable[[], None]:
    """Take all the room there is, and return what gives it back."""
    file = disk / "filling"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except OSError:
        os.close(descriptor)
    return file.unlink


def test_pages_and_the_log_say_so_and_all_goes_on_when_there_is_room(disk: Path, tmp_path: Path) -> None:
    server, sentence = Server(disk / "data"), f"The disk that holds {disk / 'data'} is full."
    server.log = tmp_path / "log"
    with server as up:
        children = eventually(up.children)
        before = Browser(up.url)
        assert before.sign_in(USER, PASSWORD)[0] == 200
        empty = fill(disk)
        eventually(lambda: sentence in up.log.read_text())
        status, page = Browser(up.url).sign_in(USER, PASSWORD)
        assert (status, sentence in page, "Free some space there" in page) == (507, True, True)
        assert before.open("/")[0] == 200, "what needs no writing still answers"
        empty()
        eventually(lambda: "has free space again" in up.log.read_text())
        eventually(lambda: Browser(up.url).sign_in(USER, PASSWORD)[0] == 200)
        assert eventually(up.children) == children, "no process had to end"
        assert up.log.read_text().count("Traceback") == 0


def test_machines_are_told_in_json(disk: Path, tmp_path: Path) -> None:
    server = Server(disk / "data")
    server.log = tmp_path / "log"
    with server as up:
        browser = Browser(up.url)
        assert browser.sign_in(USER, PASSWORD)[0] == 200
        fill(disk)
        status, said = browser.open("/logout/", {"csrfmiddlewaretoken": token_of(browser)}, "application/json")
        assert (status, '"error": "The disk that holds' in said) == (507, True)


def token_of(browser: Browser) -> str:
    token = TOKEN.search(browser.open("/")[1])
    assert token
    return token[1]


def command(disk: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "kafkaadmin", *arguments],
        env={**own, "KAFKAADMIN_DATA_DIR": str(disk / "data")},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [["up", "--port", "0"], ["migrate"]])
def test_it_does_not_start_on_a_full_disk_and_says_why_and_starts_later(disk: Path, arguments: list[str]) -> None:
    empty = fill(disk)
    refused = command(disk, *arguments)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: The disk that holds {disk / 'data'}"), refused.stderr
    assert "Traceback" not in refused.stderr
    empty()
    assert command(disk, "migrate").returncode == 0


def test_check_names_the_full_disk(disk: Path) -> None:
    assert command(disk, "migrate").returncode == 0
    assert "ok    data folder" in command(disk, "check").stdout
    fill(disk)
    checked = command(disk, "check")
    assert checked.returncode == 1
    assert f"FAIL  data folder {disk / 'data'}: The disk that holds {disk / 'data'} is full." in checked.stdout


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from kafkaadmin.cli.local.supervisor import Supervisor
def short():
    with Path({str(tmp_path / "starts")!r}).open("a") as file:
        file.write("x")
Supervisor({{"short": short}}, Path({str(tmp_path)!r})).run()
"""
    with Path("/dev/full").open("w") as full:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=full, stderr=full)
        try:
            eventually(lambda: (tmp_path / "starts").read_text() >= "xxx", timeout=30)
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(20)
