"""What an operator does with jobs: a file of records written, a query's records copied, a topic counted."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import COMPLAINTS, add_cluster, open_page, shoot, sign_in
from tests.browser.readable import have_axe, violations
from tests.browser.server import Server
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster

LINES = [
    {"key": f"order-{number}", "value": {"id": number, "amount": number * 7}, "headers": {"source": "shop"}}
    for number in range(20_000)
]


@pytest.fixture
def page(browser: Browser, server: Server, kafka: KafkaCluster, unique: Callable[[str], str]) -> Iterator[Page]:
    COMPLAINTS.clear()
    opened = open_page(browser, server)
    opened.emulate_media(reduced_motion="reduce")  # no colour is on its way when it is looked at
    sign_in(opened)
    add_cluster(opened, kafka, unique("jobs"))
    opened.click("button:has-text('Save')")
    expect(opened.locator("main")).to_contain_text("Updated")
    yield opened
    assert not [text for text in COMPLAINTS if "422" not in text]
    opened.context.close()


def look(page: Page, name: str) -> None:
    """Keep pictures of a page, and see that everybody can read it at either width."""
    shoot(page, name)
    have_axe(page)
    before = page.viewport_size
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
        assert violations(page, f"{width}-light") == [], (name, width)
    if before:
        page.set_viewport_size(before)


def done(page: Page, name: str) -> None:
    """Wait for the job whose page is open, by that page alone."""
    shoot(page, f"{name}-begun")
    expect(page.locator("#live .status").first).to_have_text("done", timeout=60_000)
    look(page, f"{name}-done")


def test_records_are_written_from_a_file_copied_and_counted(
    page: Page, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    topic, target = (known_topic(kafka, unique(name), partitions=3) for name in ("orders", "replay"))
    cluster = page.url.partition("?")[0]
    page.goto(f"{cluster}topics/{topic}/produce/file/")
    wrong = {"name": "wrong.jsonl", "mimeType": "text/plain", "buffer": b'{"value": 1}\n{"value: <b>\n{"partition": 9}'}
    page.set_input_files("[name=file]", wrong)
    page.click("button:has-text('Preview')")
    expect(page.locator("main")).to_contain_text("Line 3: The topic has no partition 9")
    look(page, "produce-file-wrong")
    page.set_input_files(
        "[name=file]", {**wrong, "name": "orders.jsonl", "buffer": "\n".join(map(json.dumps, LINES)).encode()}
    )
    page.click("button:has-text('Preview')")
    expect(page.locator("main")).to_contain_text("20,000 records")
    look(page, "produce-file-preview")
    page.click("button:has-text('Produce the records')")
    done(page, "job-file")

    page.goto(f"{cluster}topics/{topic}/messages/?contains=order-1999")
    page.click("summary:has-text('Export or copy')")
    shoot(page, "messages-menu")
    page.click("a:has-text('Copy these records')")
    page.fill("[name=topic]", target)
    page.fill("[name=rate]", "5000")
    page.click("button:has-text('Preview')")
    expect(page.locator("#plan")).to_contain_text("contains order-1999")
    look(page, "copy-preview")
    page.click("button:has-text('Copy the records')")
    done(page, "job-copy")
    expect(page.locator("main")).to_contain_text("Records copied")

    page.goto(f"{cluster}topics/{topic}/messages/copy/")
    page.fill("[name=topic]", target)
    page.fill("[name=rate]", "100")
    page.click("button:has-text('Preview')")
    page.click("button:has-text('Copy the records')")
    expect(page.locator("#live progress")).to_be_visible()
    look(page, "job-slow")
    page.click("button:has-text('Stop')")
    expect(page.locator("#live .status").first).to_have_text("stopped")
    look(page, "job-stopped")

    page.goto(f"{cluster}topics/{topic}/insight/")
    shoot(page, "insight-empty")
    page.click("button:has-text('Start')")
    done(page, "job-insight")
    page.goto(f"{cluster}topics/{topic}/insight/")
    page.select_option("[name=mode]", "scan")
    page.click("button:has-text('Start')")
    done(page, "job-scan")
    page.click("a:has-text('Insight into')")
    expect(page.locator("main")).to_contain_text("20,000")
    page.select_option("[name=with]", index=1)
    page.click("button:has-text('Show')")
    look(page, "insight-compared")

    page.click(".sidebar a[href$='/jobs/']")
    expect(page.locator("#rows")).to_contain_text("5 jobs")
    look(page, "jobs-list")
