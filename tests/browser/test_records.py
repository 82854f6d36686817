"""What an operator does with records: search and stop, find by key, see a field as a column, follow."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from confluent_kafka import Producer
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.conftest import COMPLAINTS, add_cluster, open_page, shoot, sign_in
from tests.browser.server import Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.waiting import eventually

MANY = 150_000


@pytest.fixture
def page(browser: Browser, server: Server, kafka: KafkaCluster, unique: Callable[[str], str]) -> Iterator[Page]:
    COMPLAINTS.clear()
    opened = open_page(browser, server)
    sign_in(opened)
    add_cluster(opened, kafka, unique("records"))
    opened.click("button:has-text('Save')")
    expect(opened.locator("main")).to_contain_text("Updated")
    yield opened
    expected = ("htmx:sendAbort", "htmx:afterRequest", "422")  # of the request that Stop ends, and of what was wrong
    assert not [text for text in COMPLAINTS if not any(words in text for words in expected)]
    opened.context.close()


def messages_of(page: Page, topic: str, query: str = "") -> None:
    page.goto(f"{re.sub('[?].*', '', page.url)}topics/{topic}/messages/{query}")


def written(kafka: KafkaCluster, topic: str, number: int) -> str:
    producer = Producer(
        {**kafka.client_config(), "linger.ms": 50, "partitioner": "murmur2_random", "compression.codec": "lz4"}
    )
    for index in range(number):
        value = json.dumps({"id": index, "user": {"name": f"user-{index % 9}"}, "amount": index * 7 % 1000})
        producer.produce(topic, value, f"order-{index}")
        if index % 10_000 == 0:
            producer.flush(30)
    producer.flush(30)
    return topic


@contextmanager
def held_back(page: Page) -> Iterator[None]:
    """Have no stretch after the first one answered, so that a search cannot end before it is stopped."""
    held: list[Route] = []
    further = re.compile(r"[?&]cursor=")
    page.route(further, lambda route: route.continue_() if "stop=" in route.request.url else held.append(route))
    yield
    page.unroute(further)
    for route in held:
        with suppress(Error):  # Stop has ended it
            route.abort()


def test_a_search_shows_what_it_finds_stops_and_goes_on(
    page: Page, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    topic = written(kafka, create_topic(kafka, unique("search"), partitions=3), MANY)
    overview = page.url
    messages_of(page, topic)
    page.select_option("[name=seek]", "oldest")
    page.click("summary:has-text('Filters, range and columns')")
    page.fill("[name=cel]", "value.id % 30000 == 29999 && value.user.name != 'x'")
    page.fill("[name=fields_shown]", "$.user.name, $.amount")
    with held_back(page):
        page.click("button:has-text('Fetch')")
        expect(page.locator("progress")).to_be_visible()
        page.click("#stop")
        expect(page.locator("#stretch")).to_contain_text("Stopped.")
    before = page.locator("#found tbody tr").count()
    shoot(page, "records-stopped")
    address = page.url
    assert "cursor=" in address
    page.click("#stretch >> text=Go on")
    expect(page.locator("#stretch")).to_contain_text("End of topic", timeout=60_000)
    expect(page.locator("#found tbody tr")).to_have_count(5)
    assert before < 5
    expect(page.locator("#stretch")).to_contain_text("5 matches in 150,000 records")
    expect(page.get_by_role("cell", name="user-8", exact=True)).to_have_count(1)
    shoot(page, "records-search")

    # The address from before goes on there, in a page of its own.
    page.goto(address)
    expect(page.locator("#stretch")).to_contain_text("5 matches in 150,000 records", timeout=60_000)
    assert page.locator("#found tbody tr").count() == 5 - before

    # By key, only its partition is read.
    page.goto(overview)
    messages_of(page, topic)
    page.fill("[name=key]", "order-4711")
    page.click("button:has-text('Fetch')")
    expect(page.locator("#found tbody tr")).to_have_count(1, timeout=30_000)
    expect(page.locator("#rows")).to_contain_text("Only partition")
    expect(page.locator("#stretch")).to_contain_text("Beginning of topic", timeout=30_000)
    shoot(page, "records-key")

    # A record's page, and its neighbour.
    page.click("#found tbody th a")
    expect(page.locator("main")).to_contain_text("kcat -C -b")
    shoot(page, "record")
    heading = page.locator("main h2").first.inner_text()
    page.click("text=Next record")
    expect(page.locator("main h2").first).not_to_have_text(heading)

    # Of a wrong expression it is said at its field what is wrong.
    page.goto(overview)
    messages_of(page, topic, "?cel=value.id+%3E")
    expect(page.locator("#id_cel_error")).to_contain_text("Syntax error")
    shoot(page, "records-wrong")


def test_following_shows_what_is_written_and_stays_bounded(
    page: Page, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    topic = written(kafka, create_topic(kafka, unique("follow"), partitions=2), 10)
    messages_of(page, topic)
    page.click("button:has-text('Follow')")
    rows = page.locator("#found tbody tr")
    expect(rows).to_have_count(10)
    producer = Producer(kafka.client_config())
    producer.produce(topic, "the eleventh")
    producer.flush(20)
    expect(rows).to_have_count(11)
    expect(rows.first).to_contain_text("the eleventh")
    rows.first.locator("summary").click()
    expect(rows.first.locator("pre").first).to_have_text("the eleventh")

    # Nothing is missed while it pauses, and of very many the last are shown, and the others counted.
    page.click("#stop")
    expect(page.locator("#stretch")).to_contain_text("Paused.")
    producer.produce(topic, "in between")
    producer.flush(20)
    page.click("#stretch >> text=Resume")
    expect(rows).to_have_count(12)
    eventually(lambda: bool(written(kafka, topic, 300)) and rows.count() == 500, timeout=60, every=0.5)
    expect(page.locator("#stretch")).to_contain_text("records not shown")
    shoot(page, "records-follow")
