"""Configs are edited in their rows in a real browser, with and without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import add_cluster, open_page, shoot, sign_in
from tests.browser.server import Server
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    opened = open_page(browser, server, javascript=request.param)
    yield opened
    opened.context.close()


def test_a_value_is_typed_previewed_applied_and_restored(
    page: Page, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    cluster, topic = unique("rows"), known_topic(kafka, unique("edited"), config={"retention.ms": "3600000"})
    sign_in(page)
    add_cluster(page, kafka, cluster)
    page.click("button:has-text('Save')")
    expect(page.locator("h1")).to_have_text(cluster)
    page.goto(f"/clusters/{cluster}/topics/{topic}/configs/?changed=1")
    expect(page.locator("#configs tbody tr")).to_have_count(1)
    field = page.locator("[name='value.retention.ms']")
    expect(field).to_have_value("3600000")
    page.click("summary:has-text('retention.ms')")
    shoot(page, "configs-documentation")
    field.fill("2 h")
    field.press("Enter")  # shows the plan, and applies nothing
    expect(page.locator("#plan")).to_contain_text("7200000")
    shoot(page, "configs-plan")
    page.click("button:has-text('Apply')")
    expect(page.locator(".toasts")).to_contain_text(topic)
    expect(page.locator("#configs tbody tr")).to_have_count(1)
    expect(field).to_have_value("7200000")
    shoot(page, "configs")
    page.click("a:has-text('Restore 1 h')")
    expect(page.locator("#plan")).to_contain_text("3600000")
    page.click("button:has-text('Apply')")
    expect(field).to_have_value("3600000")
    page.goto(f"/clusters/{cluster}/brokers/1/")
    shoot(page, "configs-broker")
    page.goto(f"/clusters/{cluster}/brokers/configs/?q=threads")
    shoot(page, "configs-all-brokers")
