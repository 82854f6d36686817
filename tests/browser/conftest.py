"""A real Chromium, and the application in front of the shared Kafka."""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from django.utils.text import slugify
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.server import PASSWORD, USER, Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.properties import password
from tests.sharing import shared, shared_folder

SHOTS = "KAFKAADMIN_TESTS_PICTURES"  # a folder for pictures of the pages; without it none are taken
ADDED: dict[str, str] = {}  # clusters that a file's tests added, and to which application
COMPLAINTS: list[str] = []  # what browsers said was wrong, for the test that runs
OPENED: list[Page] = []
# Chromium without windows, where there is one: the same engine, without what a desktop's browser does beside it.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with a failure what the pages say that are open: what was waited for is not there, but what is?"""
    report = yield
    OPENED[:] = [page for page in OPENED if not page.is_closed()]
    for page in OPENED if call.excinfo else ():
        with suppress(Error):  # of a browser that has gone
            report.sections.append((page.url, page.locator("body").inner_text(timeout=5_000)[:2_000]))
    return report


@pytest.fixture(scope="module", autouse=True)
def forgetting() -> Iterator[None]:
    """Have the application forget a file's clusters: it would mirror them until all tests are over."""
    yield
    added = dict(ADDED)
    ADDED.clear()
    for origin in set(added.values()):
        session = requests.Session()
        session.headers["Referer"] = origin
        session.get(f"{origin}/login/", timeout=30)
        post(session, f"{origin}/login/", username=USER, password=PASSWORD)
        for name in (name for name, place in added.items() if place == origin):
            post(session, f"{origin}/clusters/{slugify(name)}/delete/", confirm=name)


def post(session: requests.Session, url: str, **fields: str) -> None:
    """Post a form as a browser does."""
    session.post(url, {**fields, "csrfmiddlewaretoken": session.cookies["kafkaadmin_csrf"]}, timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It ends with the file: while it is there, Django takes the thread for an asynchronous one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application, with no cluster at first."""
    with shared(shared_folder(tmp_path_factory), "up") as started:
        yield started


def open_page(browser: Browser, server: Server, *, javascript: bool = True, width: int = 1440) -> Page:
    """Return a page in a session of its own; anything the browser complains about fails the test."""
    context = browser.new_context(
        base_url=server.url, java_script_enabled=javascript, viewport={"width": width, "height": 900}
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    OPENED.append(page)
    page.on("pageerror", lambda error: COMPLAINTS.append(str(error)))
    page.on("console", lambda message: COMPLAINTS.append(message.text) if message.type == "error" else None)
    return page


def sign_in(page: Page) -> None:
    """Sign in as the first administrator."""
    page.goto("/")
    page.fill("[name=username]", USER)
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("header.bar")


def add_cluster(page: Page, kafka: KafkaCluster, name: str) -> None:
    """Add the shared Kafka by the form."""
    page.goto("/clusters/new/")
    ADDED[name] = page.url.removesuffix("/clusters/new/")
    page.fill("[name=name]", name)
    page.fill("[name=bootstrap_servers]", kafka.bootstrap_servers)
    page.select_option("[name=security_protocol]", "SASL_PLAINTEXT")
    page.select_option("[name=sasl_mechanism]", "SCRAM-SHA-512")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", password("admin"))


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page at both widths, light and dark, if pictures are wanted."""
    if SHOTS not in os.environ:
        return
    before = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            picture(page, f"{name}-{width}-{scheme}")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page as it is, if pictures are wanted: that of all pages takes minutes."""
    if SHOTS in os.environ:
        page.screenshot(path=Path(os.environ[SHOTS]) / f"{name}.png", animations="disabled")  # colours have changed
