"""A real nginx with locations of the documentation, and the service that tells it who is signed in."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.kafka.ports import free_ports
from tests.kafka.processes import launch
from tests.kafka.waiting import eventually
from tests.services import answers

TEXT = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
{locations}
  }}
}}
"""
BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)


class SignedIn(BaseHTTPRequestHandler):
    """Answers as oauth2-proxy does: whoever has a cookie is signed in."""

    def do_GET(self) -> None:
        user, _, groups = self.headers.get("Cookie", "").partition("=")
        self.send_response(202 if user else 401)
        if user:
            self.send_header("X-Auth-Request-User", user)
            self.send_header("X-Auth-Request-Groups", groups)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def documented_nginx(folder: Path, page: Path, upstream: str) -> Iterator[str]:
    """Run nginx with the first locations of a page, in front of an upstream; yield its address."""
    (port,), service = free_ports(1), ThreadingHTTPServer(("127.0.0.1", 0), SignedIn)
    match = BLOCK.search(page.read_text())
    assert match, page
    locations = match[1].replace("oauth2-proxy:4180", f"127.0.0.1:{service.server_port}")
    config = folder / "nginx.conf"
    config.write_text(TEXT.format(folder=folder, port=port, locations=locations.replace("kafkaadmin:8000", upstream)))
    Thread(target=service.serve_forever, daemon=True).start()
    process: subprocess.Popen[bytes] = launch(["nginx", "-p", str(folder), "-c", str(config)], folder / "nginx.log")
    try:
        eventually(lambda: answers(port), timeout=20)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        service.shutdown()
        service.server_close()
