"""A real HAProxy before some web processes, as an ingress is."""

import subprocess
from pathlib import Path

from tests.kafka.processes import launch
from tests.kafka.waiting import eventually
from tests.services import answers

# What may be asked twice is asked again elsewhere when a server breaks off; a form that was posted is not. Each request
# has a connection of its own: of one that was kept, a proxy learns only by using it that its server is gone.
TEXT = """
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  timeout check 10s
  retries 3
  option redispatch 1
  option http-server-close
  retry-on conn-failure empty-response 0rtt-rejected
frontend door
  bind 127.0.0.1:{port}
  http-request disable-l7-retry if METH_POST
  default_backend web
backend web
  option httpchk
  http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host 127.0.0.1
  default-server check inter 300ms fall 1 rise 1 observe layer4
{servers}
"""


class HaProxy:
    """One proxy in front of some ports."""

    def __init__(self, folder: Path, port: int, ports: list[int]) -> None:
        self.port = port
        servers = "\n".join(f"  server web-{port} 127.0.0.1:{port}" for port in ports)
        self.config = folder / "haproxy.cfg"
        self.config.write_text(TEXT.format(port=self.port, servers=servers))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.process = launch(["haproxy", "-db", "-f", str(self.config)], self.config.with_suffix(".log"))
        eventually(lambda: answers(self.port), timeout=20)

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.kill()
            self.process.wait(20)
