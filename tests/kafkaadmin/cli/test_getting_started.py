"""docs/getting-started.md, done as it says in a clean clone: its own commands, with this machine's addresses put in."""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.demo.ports import needed, taken
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.ports import free_ports
from tests.kafka.processes import die_with_parent
from tests.kafka.properties import SCRAM, password
from tests.kafka.waiting import eventually
from tests.kafkaadmin.cli.browsing import Browser
from tests.services import Postgres, Redis

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "getting-started.md").read_text()
BIN = Path(sys.executable).parent
DEMO = 8080


def blocks(title: str) -> list[str]:
    """Return the code of a chapter, block by block."""
    chapter = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    code_blocks = re.findall(r"^```\w*\n(.*?)^```", chapter, re.MULTILINE | re.DOTALL)
    assert code_blocks, f"there is no chapter {title}"
    return code_blocks


def commands(block: str, replaced: Mapping[str, str]) -> list[str]:
    """Return the lines of a block, each of the given texts replaced; all of them must be there."""
    for before, after in replaced.items():
        assert before in block, before
        block = block.replace(before, after)
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


class Reader:
    """Somebody who has cloned the repository and follows the page there, with a shell."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder / "kafkaadmin", folder / "log"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.folder)], check=True)
        self.port = free_ports(1)[0]
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KAFKA", "DJANGO", "DATABASE", "PYTHONPATH"))
        }
        # What is imported is compiled anyway; pip would compile all of it (and does with PIP_NO_COMPILE=1).
        self.environment = {**own, "PATH": f"{BIN}:{own['PATH']}", "PIP_COMPILE": "0"}
        self.running: list[subprocess.Popen[bytes]] = []

    def has_installed(self) -> None:
        """Leave out what `make install` would fetch: the packages are those of this run, the code is the clone's."""
        (self.folder / ".venv").mkdir()
        for part in ("bin", "include", "lib", "lib64", "pyvenv.cfg"):
            (self.folder / ".venv" / part).symlink_to(BIN.parent / part)
        (self.folder / ".venv/.installed").touch()
        self.environment |= {
            "PATH": f"{self.folder}/.venv/bin:{self.environment['PATH']}",
            "PYTHONPATH": str(self.folder),
        }
        self.does(f"cd / && python -c 'import kafkaadmin as one; assert one.__file__.startswith(\"{self.folder}\")'")

    def lends_packages(self, folder: str) -> None:
        """Have a new environment find the packages of this run, ours excepted: pip then fetches none of them again."""
        lent, (site,) = self.folder / "lent", (self.folder / folder).glob("lib/python*/site-packages")
        lent.mkdir(exist_ok=True)
        for entry in Path(sysconfig.get_path("purelib")).iterdir():
            if "kafkaadmin" not in entry.name and not (lent / entry.name).exists():
                (lent / entry.name).symlink_to(entry)
        (site / "lent.pth").write_text(f"{lent}\n")

    def does(self, line: str) -> None:
        """Run a command to its end, as a shell does; what it exports holds for those that come after it."""
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = value
            return
        ended = subprocess.run(
            ["bash", "-c", line], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=280
        )
        assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"

    def leaves_running(self, line: str) -> None:
        """Start a command that stays."""
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                ["bash", "-c", line],  # which becomes that command, for there is no other
                cwd=self.folder, env=self.environment, stdout=output, stderr=output, start_new_session=True,
                preexec_fn=die_with_parent,
            )  # fmt: skip
        self.running.append(process)

    def presses_ctrl_c(self) -> None:
        """Interrupt the demo, as a terminal does, and see it end in five seconds, and nothing of it stay."""
        process = self.running.pop()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(5)
        assert taken(needed(DEMO, 3)) == []

    def goes(self) -> None:
        """End what was left running."""
        for process in self.running:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(40)

    def browser(self, patience: float = 60) -> Browser:
        """Open the page that was started."""
        browser = Browser(f"http://127.0.0.1:{self.port}")
        try:
            eventually(lambda: browser.open("/readyz")[0] == 200, timeout=patience)
        except AssertionError:
            raise AssertionError(self.log.read_text()) from None
        return browser

    def signed_in(self) -> Browser:
        """Sign in with the password that the first start printed."""
        browser = self.browser()
        first = re.search(r"First sign-in: (\S+) / (\S+) ", self.log.read_text())
        assert first
        assert "Sign out" in browser.sign_in(first[1], first[2])[1]
        return browser


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    started = Reader(tmp_path)
    yield started
    started.goes()


@pytest.fixture
def installed(reader: Reader) -> Reader:
    reader.has_installed()
    return reader


def shows(browser: Browser, path: str, text: str) -> bool:
    return text in browser.open(path)[1]


@pytest.mark.usefixtures("demo_ports")
@pytest.mark.timeout(300)
def test_on_a_laptop_with_nothing_there_ctrl_c_ends_all_and_it_starts_again(installed: Reader) -> None:
    (line,) = commands(blocks("On a laptop, with nothing there")[0], {})
    installed.port = DEMO
    installed.leaves_running(line)
    browser = installed.browser(patience=120)
    signing_in = re.search(r"http://127.0.0.1:8080 \(`(\w+)` / `(\w+)`\)", TEXT)
    assert signing_in
    user, word = signing_in[1], signing_in[2]
    eventually(lambda: "Sign out" in browser.sign_in(user, word)[1], timeout=60)
    eventually(lambda: browser.open("/clusters/demo/brokers/")[1].count("/clusters/demo/brokers/") > 3, timeout=60)
    eventually(lambda: f"sign in as {user} / {word}" in installed.log.read_text(), timeout=120)
    installed.presses_ctrl_c()

    said = len(installed.log.read_text())
    installed.leaves_running(line)
    eventually(lambda: "Kafka serves on" in installed.log.read_text()[said:], timeout=120)
    installed.presses_ctrl_c()  # amid its start


@pytest.mark.timeout(240)
def test_beside_a_kafka_that_is_there_and_in_place_of_burrow(kafka: KafkaCluster, installed: Reader) -> None:
    reader = installed
    install, declared, start = blocks("Beside a Kafka that is there")
    create_topic(kafka, "getting-started")
    made, plain = commands(install, {})
    reader.does(made)
    reader.leaves_running(f"{plain} --port {reader.port}")
    reader.signed_in()
    reader.goes()
    reader.running.clear()

    yaml = "\n".join(declared.replace("my-kafka-headless:9092", kafka.bootstrap_servers).splitlines())
    (reader.folder / "clusters.yml").write_text(yaml)
    (line,) = commands(start, {"DEVOPS_PASSWORD=…": f"DEVOPS_PASSWORD={password('devops')}"})
    listen = re.search(r"`KAFKAADMIN_BURROW_LISTEN=0.0.0.0:8000`", TEXT)
    assert listen
    burrow = free_ports(1)[0]
    reader.environment["KAFKAADMIN_BURROW_LISTEN"] = f"127.0.0.1:{burrow}"
    reader.leaves_running(f"{line} --port {reader.port}")
    browser = reader.signed_in()
    eventually(lambda: shows(browser, "/clusters/my-kafka/topics/", "getting-started"), timeout=60)

    def on_burrows_port() -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{burrow}/v3/kafka", timeout=5) as response:
            return json.load(response)["clusters"]

    assert eventually(on_burrows_port, timeout=60) == ["my-kafka"]


@pytest.mark.timeout(240)
def test_with_postgresql_and_redis(kafka: KafkaCluster, installed: Reader) -> None:
    reader = installed
    create_topic(kafka, "in-parts")
    (block,) = blocks("With PostgreSQL and Redis")
    jaas = f'{SCRAM} required username="admin" password="{password("admin")}";'
    with Postgres() as postgres, Redis() as redis:
        addresses = {
            "postgres://kafkaadmin:secret@db:5432/kafkaadmin": postgres.url,
            "redis://redis:6379/0": redis.url,
            "kafkaadmin web": f"kafkaadmin web --port {reader.port}",
        }
        reader.environment |= {
            "KAFKA_CLUSTERS_0_NAME": "parts",
            "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": kafka.bootstrap_servers,
            "KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "KAFKA_CLUSTERS_0_PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_CLUSTERS_0_PROPERTIES_SASL_JAAS_CONFIG": jaas,
            "KAFKAADMIN_ADMIN_PASSWORD": "correct-horse-battery",
        }
        *before, web, worker, beat = commands(block, addresses)
        for line in before:
            reader.does(line)
        for line in (web, worker, beat):
            reader.leaves_running(line)
        try:
            browser = reader.browser()
            browser.sign_in("admin", "correct-horse-battery")
            eventually(lambda: shows(browser, "/clusters/parts/topics/", "in-parts"), timeout=60)
            reader.does("kafkaadmin check")
        finally:
            reader.goes()
            reader.running.clear()


@pytest.mark.timeout(600)
def test_installed_as_a_package(reader: Reader) -> None:
    (block,) = blocks("Installed as a package")
    *before, up = commands(block, {})
    for line in before:
        reader.does(line)
        if line.startswith("python3 -m venv "):
            reader.lends_packages(line.split()[-1])
    python = up.replace("/kafkaadmin up", "/python")
    code = "import kafkaadmin; print(kafkaadmin.__file__, kafkaadmin.__version__)"
    reader.does(f"cd / && {reader.folder / python} -c '{code}' > {reader.folder / 'version'}")
    file, version = (reader.folder / "version").read_text().split()
    assert file.startswith(f"{reader.folder / python}".removesuffix("bin/python"))
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()

    reader.leaves_running(f"{up} --port {reader.port}")
    page = reader.signed_in().open("/")[1]
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(files) >= 5
    browser = reader.browser()
    assert all(browser.open(path)[0] == 200 for path in files)
