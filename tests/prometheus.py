"""A real Prometheus on this machine, for the demo and the tests."""

import json
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from tests.kafka.processes import launch
from tests.kafka.waiting import eventually
from tests.services import answers as listens

Job = dict[str, Any]


def installed() -> bool:
    """Tell whether this machine has a Prometheus."""
    return shutil.which("prometheus") is not None


def job(name: str, targets: list[str], *, path: str = "/metrics", labels: dict[str, str] | None = None) -> Job:
    """Return the configuration of one scrape job."""
    return {"job_name": name, "metrics_path": path, "static_configs": [{"targets": targets, "labels": labels or {}}]}


class Prometheus:
    """One Prometheus with its data in a folder."""

    def __init__(self, folder: Path, port: int, jobs: list[Job], *, interval: str = "5s") -> None:
        self.folder, self.port, self.url = folder, port, f"http://127.0.0.1:{port}"
        folder.mkdir(parents=True, exist_ok=True)
        self.process: subprocess.Popen[bytes] | None = None
        self.interval = interval
        self.web: Path | None = None  # how it serves: TLS, who may come in
        self.write(jobs)

    def write(self, jobs: list[Job]) -> None:
        """Write the configuration (JSON is YAML)."""
        settings = {"scrape_interval": self.interval, "scrape_timeout": self.interval}
        text = json.dumps({"global": settings, "scrape_configs": jobs})
        (self.folder / "prometheus.yml").write_text(text)

    def start(self) -> None:
        """Start it and wait until it serves."""
        command = [
            "prometheus",
            f"--config.file={self.folder}/prometheus.yml",
            f"--storage.tsdb.path={self.folder}/data",
            "--storage.tsdb.retention.time=2d",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-lifecycle",
            "--log.level=warn",
            *([f"--web.config.file={self.web}"] if self.web else []),
        ]
        self.process = launch(command, self.folder / "prometheus.log")
        eventually(self.is_ready, timeout=30)

    def is_ready(self) -> bool:
        """Tell whether it serves; of one with a door of its own, only whether it listens."""
        if self.web:
            return listens(self.port)
        with urllib.request.urlopen(f"{self.url}/-/ready", timeout=2) as response:
            return bool(response.status == 200)

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
