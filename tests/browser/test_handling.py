"""What a person notices while they work: nothing they do is taken away, and what is wrong is told."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import add_cluster, open_page, shoot, sign_in
from tests.browser.server import Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
NAME = "handled"


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    opened = open_page(browser, server)
    sign_in(opened)
    yield opened
    opened.context.close()


@pytest.fixture(scope="module")
def slug(browser: Browser, server: Server, kafka: KafkaCluster) -> str:
    """Have the application know the shared Kafka under a name of its own; return its slug."""
    page = open_page(browser, server)
    sign_in(page)
    add_cluster(page, kafka, NAME)
    page.click("button:has-text('Save')")
    expect(page.locator("h1")).to_have_text(NAME)
    page.context.close()
    return NAME


def appears(page: Page, path: str, text: str) -> None:
    """Wait until the inventory has something, and be on the page that lists it."""
    eventually(lambda: page.goto(path) and text in page.locator("main").inner_text(), timeout=60)


def renewed(page: Page, path: str, times: int = 2) -> None:
    """Wait until the page has renewed itself some times."""
    for _ in range(times):
        with page.expect_response(lambda response: path in response.url and response.ok, timeout=30_000):
            pass


def test_a_renewal_takes_neither_focus_nor_selection_nor_an_open_detail(
    page: Page, slug: str, kafka: KafkaCluster, unique: Unique
) -> None:
    group = unique("watched")
    path = f"/clusters/{slug}/groups/?q={group}"
    commit(kafka, group, {(create_topic(kafka, unique("t")), 0): 0})
    appears(page, path, group)
    page.locator("details.reader summary").click()
    renewed(page, path, 1)
    page.locator("table thead a").first.focus()
    page.evaluate(TWO_RENEWALS_DUE)
    assert page.evaluate("document.activeElement.closest('thead') !== null")
    page.evaluate("document.activeElement.blur()")
    box = page.locator(f"[name=selected][value='{group}']")
    box.check()
    page.evaluate("document.activeElement.blur()")
    renewed(page, path, 2)
    expect(box).to_be_checked()
    expect(page.locator("details.reader")).to_have_attribute("open", "")


# Also renewals that are left out are announced.
TWO_RENEWALS_DUE = """() => new Promise((done) => {
  let number = 0;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "rows" && ++number === 2) done();
  });
})"""


def test_a_server_that_cannot_be_reached_is_told_and_forgotten_when_it_answers(page: Page, slug: str) -> None:
    page.goto(f"/clusters/{slug}/groups/")
    expect(page.locator("#offline")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    expect(page.locator("#offline")).to_contain_text("No connection to kafkaadmin since")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden(timeout=20_000)


def test_a_session_that_ended_leads_the_whole_page_to_the_sign_in(page: Page, slug: str) -> None:
    path = f"/clusters/{slug}/groups/"
    page.goto(path)
    page.context.clear_cookies()
    page.wait_for_url(re.compile("/login/"), timeout=20_000)
    expect(page.locator("aside.sidebar")).to_have_count(0)
    assert path in page.url


def words(page: Page) -> str:
    """Return what the page says, without ages."""
    return re.sub(r"\d+ (s|min)\b", "", page.locator("body").inner_text())


MOVES = """() => { window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  window.moved += entry.value; })).observe({ type: "layout-shift", buffered: false }); }"""


def test_a_renewal_moves_nothing_and_25_rows_are_in_sight(
    page: Page, slug: str, kafka: KafkaCluster, unique: Unique
) -> None:
    group = unique("still")
    commit(kafka, group, {(create_topic(kafka, unique("t")), 0): 0})
    path = f"/clusters/{slug}/groups/?q={group}"
    appears(page, path, group)

    def words_stay() -> bool:
        """Tell whether a renewal brought no news, which may have other widths, but for ages."""
        before = words(page)
        page.evaluate(MOVES)
        renewed(page, path, 2)
        return words(page) == before

    eventually(words_stay, timeout=60)
    assert page.evaluate("window.moved") < 0.001  # an age may become a digit wider
    row = page.locator("tbody tr").first.bounding_box()
    assert row
    assert row["y"] + 25 * row["height"] <= 900


def test_long_names_lie_over_nothing_and_heads_stay_in_sight(
    page: Page, slug: str, kafka: KafkaCluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("long") + "x" * 220)
    commit(kafka, "g" * 249, {(topic, 0): 0})
    appears(page, f"/clusters/{slug}/groups/?q=ggg", "g" * 249)
    for path in ("", "topics/?q=long", "groups/?q=ggg"):
        page.goto(f"/clusters/{slug}/{path}")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert page.evaluate(OVERLAPS) == [], (path, width)
        page.set_viewport_size({"width": 1440, "height": 900})
    shoot(page, "long-names")
    page.goto(f"/clusters/{slug}/brokers/1/")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box = page.locator("#configs thead th").first.bounding_box()
    assert box
    assert 0 <= box["y"] < 100


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("main table")].map((table) => table.getBoundingClientRect());
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(() => i));
}"""


def test_the_keyboard_searches_everything_and_goes_everywhere(
    page: Page, slug: str, kafka: KafkaCluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("sought"))
    appears(page, f"/clusters/{slug}/topics/?q={topic}", topic)
    page.goto(f"/clusters/{slug}/")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(re.compile("/brokers/"))
    page.keyboard.press("Control+k")
    page.keyboard.type(topic[:-3])
    expect(page.locator("#results a").first).to_contain_text(topic)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(topic)
    assert [crumb.inner_text() for crumb in page.locator(".crumbs li").all()][-1].strip() == topic


def test_the_sidebar_collapses_to_a_rail_and_is_a_drawer_on_a_phone(page: Page, slug: str) -> None:
    page.goto(f"/clusters/{slug}/topics/")
    page.click("button:has-text('Collapse')")
    expect(page.locator('.sidebar nav >> text="Topics"')).to_be_hidden()
    expect(page.locator("h1")).to_have_text("Topics")
    page.click(".collapse-sidebar")
    expect(page.locator('.sidebar nav >> text="Topics"')).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    expect(page.locator('.sidebar nav >> text="Topics"')).to_be_hidden()
    page.click(".drawer-button")
    expect(page.locator('.sidebar nav >> text="Topics"')).to_be_visible()


def test_selected_rows_are_deleted_together(page: Page, slug: str, kafka: KafkaCluster, unique: Unique) -> None:
    mark = unique("heap")
    topics = [create_topic(kafka, f"{mark}-{letter}") for letter in "abc"]
    path = f"/clusters/{slug}/topics/?q={mark}"
    appears(page, path, topics[2])
    expect(page.locator(".bulk")).to_be_hidden()
    page.check(f"[name=selected][value='{topics[0]}']")
    page.check(f"[name=selected][value='{topics[2]}']")
    expect(page.locator(".bulk")).to_contain_text("2 selected")
    page.click("button:has-text('Delete selected…')")
    shoot(page, "bulk-delete")
    page.fill("[name=confirm]", "2")
    page.click("button:has-text('Delete 2 topics')")
    expect(page.locator(".toasts")).to_contain_text("2 topics deleted.")
    page.goto(path)
    expect(page.locator("tbody tr")).to_have_count(1)
