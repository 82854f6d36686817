"""The browser's time zone on the pages from the first one after the sign-in, and UTC where somebody prefers it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import sign_in
from tests.browser.server import Server


@pytest.fixture(scope="module")
def up() -> Iterator[Server]:
    with Server(KAFKAADMIN_BASE_PATH="/kafka") as started:
        yield started


def hover(page: Page) -> str:
    """Return what the audit log says of the sign-in's time on hover."""
    return page.locator("main table time").first.get_attribute("title") or ""


def test_times_are_those_of_the_browser_until_utc_is_chosen(browser: Browser, up: Server) -> None:
    context = browser.new_context(base_url=f"{up.url}/kafka/", timezone_id="Asia/Tokyo")
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page)
    page.goto("audit/")
    assert re.fullmatch(r"[\d-]+ [\d:]+ JST = [\d-]+ [\d:]+ UTC", hover(page))
    page.click("details.zone summary")
    page.click("details.zone >> text=UTC")
    page.wait_for_load_state()
    page.goto("audit/")
    assert re.fullmatch(r"[\d-]+ [\d:]+ UTC", hover(page))
    page.click("details.zone summary")
    page.click("text=Local time")
    page.wait_for_load_state()
    page.goto("audit/")
    assert "JST" in hover(page)
    assert [cookie["path"] for cookie in context.cookies() if cookie["name"] == "kafkaadmin_timezone_kafka"] == [
        "/kafka/"
    ]
    context.close()
