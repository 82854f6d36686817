"""What an operator does to move replicas: choose a goal, see the balance, start, watch, stop, and roll back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_jobs import done, look
from tests.browser.test_jobs import page as page  # a fixture
from tests.clusters.reassignment.moving import filled_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of


@pytest.mark.usefixtures("sole_mover")
def test_a_replication_factor_is_raised_watched_stopped_and_repeated(
    page: Page, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    topic = filled_topic(kafka, connection_of(kafka), unique("moved"), [[1]] * 12, size=3_000_000)
    slug = page.url.split("/clusters/")[1].split("/")[0]
    page.goto(f"/clusters/{slug}/reassignments/")
    page.click("text=Reassign…")
    page.select_option("[name=goal]", "replication")
    page.fill("[name=topics]", topic)
    page.fill("[name=factor]", "2")
    page.fill("[name=rate]", "200 KiB")
    look(page, "reassign-form")
    page.click("button:has-text('Preview')")
    expect(page.locator("#plan")).to_contain_text("12 partitions")
    look(page, "reassign-preview")
    page.click("button:has-text('Start the reassignment')")
    expect(page.locator("#live")).to_contain_text("Being moved", timeout=30_000)
    look(page, "reassign-running")
    page.click("#live a:text-is('Reassignments')")
    expect(page.locator("#rows")).to_contain_text("being moved,", timeout=10_000)
    look(page, "reassign-list")
    page.click("#rows .lead a >> nth=0")
    page.click("button:text-is('Stop')")
    expect(page.locator("#live .status").first).to_have_text("stopped", timeout=30_000)
    look(page, "reassign-stopped")
    page.goto(f"/clusters/{slug}/reassignments/new/?goal=replication&topics={topic}")
    page.fill("[name=factor]", "2")
    page.click("button:has-text('Preview')")
    page.click("button:has-text('Start the reassignment')")
    done(page, "reassign")
    expect(page.locator("#live")).to_contain_text("Partitions moved")
    expect(page.locator("#live")).to_contain_text("Roll back…")
