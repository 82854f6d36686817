"""What somebody does with connectors in a browser: create one that fails, see why, correct it, watch it run."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import COMPLAINTS, add_cluster, open_page, shoot, sign_in
from tests.browser.readable import assert_readable
from tests.browser.server import Server
from tests.browser.test_pages import HEAVIEST
from tests.connect_worker import SINK, ConnectWorker
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.kafka.waiting import eventually

NAME, TOPIC, CONNECTOR = "connected", "connected.lines", "lines-to-file"
BASE = f"/clusters/{NAME}/connectors/"
PATHS = (
    "", "clusters/", "clusters/new/", "clusters/files/", "clusters/files/edit/", "clusters/files/remove/",
    "clusters/files/create/", f"clusters/files/create/?plugin={SINK}", "clusters/files/create/?as=json",
    "clusters/files/loggers/", f"files/{CONNECTOR}/", f"files/{CONNECTOR}/configure/",
    f"files/{CONNECTOR}/configure/?as=json", f"files/{CONNECTOR}/offsets/", f"files/{CONNECTOR}/operate/stop/",
    f"files/{CONNECTOR}/delete/", "restart-failed/",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, kafka: KafkaCluster, connect_worker: ConnectWorker) -> Iterator[Page]:
    """Somebody signed in, and a cluster with a topic and a Connect cluster."""
    create_topic(kafka, TOPIC)
    produce(kafka, TOPIC, [f"line {number}" for number in range(5)])
    opened = open_page(browser, server)
    sign_in(opened)
    add_cluster(opened, kafka, NAME)
    opened.click("button:has-text('Save')")
    expect(opened.locator("h1")).to_have_text(NAME)
    opened.goto(f"{BASE}clusters/new/")
    opened.fill("[name=name]", "files")
    opened.fill("[name=url]", connect_worker.url)
    opened.click("button:has-text('Test connection')")
    expect(opened.locator("#verdict")).to_contain_text("Kafka Connect 4.")
    opened.click("button:has-text('Save')")
    expect(opened.locator("h1")).to_have_text("Kafka Connect")
    yield opened
    opened.goto(f"{BASE}files/{CONNECTOR}/delete/")
    opened.fill("[name=confirm]", CONNECTOR)
    opened.click("button:has-text('Delete')")
    expect(opened.locator("body")).to_contain_text(f"Connector {CONNECTOR} deleted.")
    opened.context.close()


def test_a_connector_is_created_fails_is_corrected_and_runs(page: Page, connect_worker: ConnectWorker) -> None:
    page.click("text=Create connector")
    page.click("text=FileStreamSinkConnector")
    page.fill("[name=name]", CONNECTOR)
    page.fill("[name='setting:file']", "/nonexistent/folder/lines.txt")
    page.click("text=Validate and preview")
    expect(page.locator("#plan")).to_contain_text("Must configure one of topics or topics.regex")
    page.fill("[name='setting:topics']", TOPIC)
    page.click("text=Validate and preview")
    expect(page.locator("#plan")).to_contain_text("Planned changes")
    shoot(page, "connector-new")
    page.click("button:has-text('Create')")
    expect(page.locator("body")).to_contain_text(f"Connector {CONNECTOR} created.")
    eventually(lambda: is_shown(page, f"{BASE}files/{CONNECTOR}/", "1 failed"), timeout=30)
    expect(page.locator("tbody").first).to_contain_text("find or create file")
    shoot(page, "connector-failed")

    page.click(".actions >> text=Configure")
    file = connect_worker.files / "lines.txt"
    page.fill("[name='setting:file']", str(file))
    page.click("text=Validate and preview")
    expect(page.locator("#plan del")).to_contain_text("/nonexistent/folder/lines.txt")
    shoot(page, "connector-configure")
    page.click("button:has-text('Save')")
    expect(page.locator("body")).to_contain_text(f"Connector {CONNECTOR} configured.")
    eventually(lambda: file.exists() and len(file.read_text().splitlines()) == 5, timeout=60)
    eventually(lambda: is_shown(page, f"{BASE}files/{CONNECTOR}/", f"connect-{CONNECTOR}, lag"), timeout=60)
    page.click("button:has-text('Pause connector')")
    expect(page.locator("body")).to_contain_text(f"{CONNECTOR}: paused.")
    page.click("button:has-text('Resume connector')")
    expect(page.locator("body")).to_contain_text(f"{CONNECTOR}: resumed.")
    shoot(page, "connector")
    page.goto(f"/clusters/{NAME}/groups/connect-{CONNECTOR}/")
    page.click(f"dl >> text={CONNECTOR}")
    expect(page.locator("h1")).to_have_text(CONNECTOR)
    page.click(f"main >> text={TOPIC}")
    page.click(f"dl >> text={CONNECTOR}")
    page.goto(BASE)
    expect(page.locator("tbody")).to_contain_text(f"connect-{CONNECTOR}")
    shoot(page, "connectors")
    COMPLAINTS.clear()  # of the 422 that said what is wrong


def is_shown(page: Page, path: str, text: str) -> bool:
    page.goto(path)
    return text in re.sub(r"\s+", " ", page.inner_text("main"))


@pytest.mark.parametrize("path", PATHS)
def test_everybody_can_read_it(page: Page, path: str) -> None:
    response = page.goto(f"{BASE}{path}")
    assert response
    assert response.ok
    assert len(response.body()) <= HEAVIEST
    assert_readable(page, f"connect-{re.sub('[^a-z]+', '-', path) or 'list'}")
