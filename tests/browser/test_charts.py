"""Charts under the pointer: it moves in step over all of them, and a drag goes to that range's address."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import open_page, sign_in
from tests.browser.kept import MINUTES, START
from tests.browser.server import Server

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def charting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application in a folder that has twenty minutes of metrics."""
    folder: Path = tmp_path_factory.mktemp("kept")
    environment = {**os.environ, "KAFKAADMIN_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "tests.browser.kept"], env=environment, check=True)
    with Server(folder) as started:
        yield started


@pytest.fixture
def page(browser: Browser, charting: Server) -> Iterator[Page]:
    """All of these minutes, on the page of metrics."""
    opened = open_page(browser, charting)
    sign_in(opened)
    opened.goto(f"/clusters/kept/metrics/?from={START}&to={START + 60 * MINUTES}")
    yield opened
    opened.context.close()


def chart(page: Page, title: str) -> Locator:
    return page.locator("figure.chart", has_text=title)


def place(page: Page, part: float) -> tuple[float, float]:
    """Return where a share of the width of the chart of messages is."""
    box = chart(page, "Messages in").get_by_role("img").bounding_box()
    assert box
    return box["x"] + part * box["width"], box["y"] + box["height"] / 2


def test_the_pointer_tells_the_same_moment_in_every_chart(page: Page) -> None:
    page.mouse.move(*place(page, 0.5))
    expect(chart(page, "Messages in").locator(".legend .at")).to_have_text("110/s")
    expect(chart(page, "Request handlers idle").locator(".legend .at")).to_have_text("50%")
    pointers = {pointer.get_attribute("x1") for pointer in page.locator(".chart .pointer").all()}
    assert len(pointers) == 1


def test_a_drag_goes_to_the_address_of_that_range(page: Page) -> None:
    page.mouse.move(*place(page, 0.25))
    page.mouse.down()
    page.mouse.move(*place(page, 0.75))
    page.mouse.up()
    page.wait_for_function(f"!location.search.includes('{START}')")
    query = parse_qs(urlsplit(page.url).query)
    assert (int(query["from"][0]), int(query["to"][0])) == (START + 5 * 60, START + 15 * 60)
    expect(chart(page, "Messages in")).to_contain_text("max 115/s")


def test_the_numbers_are_in_a_table_and_thresholds_are_named(page: Page) -> None:
    idle = chart(page, "Request handlers idle")
    expect(idle.locator(".legend")).to_contain_text("critical below 10%")
    idle.locator("summary").click()
    expect(idle.locator("tbody tr").first).to_contain_text("100%")
