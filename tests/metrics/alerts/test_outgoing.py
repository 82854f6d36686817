"""What we send to other servers goes to exactly the configured host, and nowhere else."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from clusters.gateway.clients.oauth import TokenProvider
from core.outgoing import OutgoingFailure, exchange
from metrics.alerts import apprise_sender
from metrics.alerts.apprise_sender import NOT_TAKEN, objection_to
from metrics.alerts.transports import to_alertmanager


class Web(ThreadingHTTPServer):
    """Remembers what it is asked for; redirects everything to ``elsewhere`` where that is set."""

    daemon_threads = True

    def __init__(self, elsewhere: str = "") -> None:
        self.asked: list[str] = []
        self.elsewhere = elsewhere
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Web

    def answer(self) -> None:
        self.server.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b"x" * 10_000)
            return
        self.send_response(307 if self.server.elsewhere else 200)
        self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def foreign() -> Iterator[Web]:
    web = Web()
    yield web
    web.shutdown()


@pytest.fixture
def redirecting(foreign: Web) -> Iterator[Web]:
    web = Web(f"{foreign.url}/stolen")
    yield web
    web.shutdown()


def test_redirects_are_followed_by_nobody(redirecting: Web, foreign: Web) -> None:
    response = exchange(f"{redirecting.url}/a", seconds=5, max_bytes=1000, method="POST", data={"secret": "s"})
    assert (response.status, response.location) == (307, f"{foreign.url}/stolen")
    with pytest.raises(OSError, match="returned status 307"):
        TokenProvider(f"{redirecting.url}/token", "client", "secret", "").token()
    assert to_alertmanager(redirecting.url, []) == "Alertmanager returned status 307."
    host = redirecting.url.removeprefix("http://")
    assert apprise_sender.send(f"json://{host}/hook", "title", "body", "info") == NOT_TAKEN
    assert redirecting.asked == ["/a", "/token", "/api/v2/alerts", "/hook"]
    assert foreign.asked == []


def test_no_proxy_of_the_environment_is_used(foreign: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Web()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    exchange(f"{foreign.url}/a", seconds=5, max_bytes=1000)
    assert apprise_sender.send(f"json://{foreign.url.removeprefix('http://')}/b", "title", "body", "info") == ""
    assert foreign.asked == ["/a", "/b"]
    assert proxy.asked == []
    proxy.shutdown()


def test_an_answer_without_end_is_broken_off(foreign: Web) -> None:
    with pytest.raises(OutgoingFailure, match="larger than 1,000 bytes"):
        exchange(f"{foreign.url}/endless", seconds=5, max_bytes=1000)


@pytest.mark.parametrize(
    "url",
    [
        "workflows://host/a/b/c?template=/etc/passwd", "slack://a/b/c/?TEMPLATE=/etc/passwd",
        "fcm://project/device?keyfile=/etc/passwd", "mailto://a:b@example.com?pgp=yes&pgpkey=/etc/passwd",
        "vapid://a/b", "syslog://", "dbus://", "macosx://", "windows://", "json://host/x?redirect=yes",
        "json://host/x?:attach=/etc/passwd", "ntfy://topic?attach=http://inside/", "nothing",
    ],
)  # fmt: skip
def test_what_reads_files_or_acts_on_this_machine_is_refused(url: str) -> None:
    assert objection_to(url)
    assert apprise_sender.send(url, "title", "body", "info") == objection_to(url)


@pytest.mark.parametrize("url", ["slack://a/b/c", "json://host:8080/path?+X-Key=v", "mailto://a:b@example.com"])
def test_services_elsewhere_are_taken(url: str) -> None:
    assert objection_to(url) == ""
