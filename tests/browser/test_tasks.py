"""What operators come for, each as they do it: from the cluster's overview, with the clicks counted.

A click is one press of the mouse; typing and choosing in a field count as none. The numbers are what a task may take.
"""

import json
import re
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from clusters.gateway import configs
from clusters.gateway.access import acls
from clusters.gateway.access.acls import Acl
from tests.browser.conftest import add_cluster, open_page, shoot, sign_in
from tests.browser.server import Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, connection_of, create_topic, produce
from tests.kafka.waiting import eventually
from tests.lag.collecting.conftest import now_ms, write_commit
from tests.metrics.servers import says, serving

NAME, TOPIC, GROUP, STOPPED = "tasks", "tasks.orders", "tasks-billing", "tasks-stopped"
THREE = ["tasks.old-1", "tasks.old-2", "tasks.old-3"]
CLUSTER = f"/clusters/{NAME}/"


class Operator:
    """Somebody at a page, whose clicks count."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, target: str | Locator) -> None:
        (self.page.locator(target) if isinstance(target, str) else target).click()
        self.clicks += 1

    def go(self, area: str) -> None:
        self.click(f".sidebar a[title='{area}']")

    def open(self, name: str) -> None:
        """Search for something by name and open it."""
        self.page.fill("#everything", name)
        self.click(self.page.locator("#results a", has_text=name).filter(has_text=NAME).first)
        expect(self.page.locator("h1")).to_contain_text(name)

    def button(self, name: str) -> None:
        self.click(self.page.locator("main").get_by_role("button", name=name, exact=True))

    def link(self, name: str) -> None:
        self.click(self.page.locator("main").get_by_role("link", name=name))

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)


@pytest.fixture(scope="module")
def shop(kafka: KafkaCluster) -> KafkaCluster:
    """The shared Kafka with a topic, a group that reads it, one that stopped an hour ago, and topics nobody wants."""
    for name in (TOPIC, *THREE):
        create_topic(kafka, name, partitions=2, replication=1)
    produce(kafka, TOPIC, [f'{{"id": {number}}}' for number in range(40)])
    commit(kafka, GROUP, {(TOPIC, 0): 1})
    commit(kafka, STOPPED, {(TOPIC, 0): 1})
    for number in range(10):
        write_commit(kafka, STOPPED, TOPIC, number + 2, now_ms() - 3_600_000 + 10_000 * number)
    acls.create(connection_of(kafka), [Acl("User:tasks", "*", "WRITE", "ALLOW", "TOPIC", TOPIC, "LITERAL")])
    return kafka


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, shop: KafkaCluster) -> Iterator[Page]:
    opened = open_page(browser, server)
    sign_in(opened)
    add_cluster(opened, shop, NAME)
    opened.click("button:has-text('Save')")
    expect(opened.locator("h1")).to_have_text(NAME)
    evaluated = f"{CLUSTER}lag/groups/{STOPPED}/{TOPIC}/0/"
    eventually(lambda: (response := opened.goto(evaluated)) and response.ok, timeout=90)
    eventually(lambda: opened.goto(f"{CLUSTER}alerts/") and STOPPED in opened.locator("main").inner_text(), timeout=60)
    yield opened
    opened.context.close()


@pytest.fixture
def operator(page: Page) -> Operator:
    """Somebody at the cluster's overview."""
    page.goto(CLUSTER)
    return Operator(page)


def test_what_is_wrong_and_why(operator: Operator) -> None:
    operator.sees(STOPPED, "Consumer group lagging")
    operator.click(operator.page.locator("main a", has_text=STOPPED).first)
    operator.sees("STOP", "Highest lag")
    operator.click(operator.page.locator(".verdict a", has_text=f"{TOPIC}-0").first)
    operator.sees("Stopped committing", "Matched")
    assert operator.clicks == 2


def test_a_topic_is_created_with_configs(operator: Operator) -> None:
    operator.go("Topics")
    operator.link("Create topic")
    operator.page.fill("[name=name]", "tasks.new")
    operator.page.fill("[name=replication_factor]", "1")
    operator.page.fill("[name=configs]", "retention.ms=3600000")
    operator.button("Create topic")
    expect(operator.page.locator("h1")).to_have_text("tasks.new")
    expect(operator.page.locator(".toasts")).to_contain_text("Topic tasks.new created.")
    assert operator.clicks == 3


def test_who_reads_a_topic_and_how_far_behind(operator: Operator) -> None:
    operator.open(TOPIC)
    operator.click(".tabs >> text=Consumer groups")
    operator.sees(GROUP, "39")
    assert operator.clicks == 2


def test_a_group_goes_back_to_yesterday(operator: Operator) -> None:
    operator.open(GROUP)
    operator.link("Reset offsets…")
    operator.page.select_option("[name=to]", "time")
    operator.page.fill("[name=time]", "2026-01-01T00:00")
    operator.button("Preview")
    expect(operator.page.locator("#plan")).to_contain_text("will be consumed again")
    shoot(operator.page, "task-reset")
    operator.button("Reset offsets")
    expect(operator.page.locator(".toasts")).to_contain_text(f"Offsets of {GROUP} reset.")
    assert operator.clicks == 4


def test_somebody_gets_the_rights_of_a_consumer(operator: Operator) -> None:
    operator.go("ACLs")
    operator.link("Create ACLs")
    operator.page.select_option("[name=template]", "consumer")
    operator.page.fill("[name=principal]", "User:tasks-reader")
    operator.page.fill("[name=resource_name]", TOPIC)
    operator.page.fill("[name=group]", GROUP)
    operator.button("Create ACLs")
    operator.sees("User:tasks-reader")
    assert operator.clicks == 3


def test_who_may_write_to_a_topic(operator: Operator) -> None:
    operator.open(TOPIC)
    operator.click(".tabs >> text=Access")
    row = operator.page.locator("table", has_text="Effective access").locator("tr", has_text="User:tasks").first
    expect(row.locator("td[data-label=WRITE]")).to_contain_text("✓")
    assert operator.clicks == 2


def test_retention_is_changed_and_taken_back(operator: Operator, shop: KafkaCluster) -> None:
    operator.open(TOPIC)
    operator.link("Edit configs")
    operator.page.fill("[name='value.retention.ms']", "10 d")
    operator.button("Apply")
    operator.click(".toasts a:has-text('Undo')")
    expect(operator.page.locator("#plan")).to_contain_text("864000000")
    operator.button("Apply")

    def own() -> set[str]:
        entries = configs.describe_topic(connection_of(shop), TOPIC)
        return {entry.name for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}

    eventually(lambda: own() == set())
    assert operator.clicks == 5


def test_partitions_are_added(operator: Operator) -> None:
    operator.open(TOPIC)
    operator.click("main details.more summary")
    operator.click("text=Add partitions…")
    operator.button("Add partitions")
    expect(operator.page.locator("main tbody tr")).to_have_count(3)
    assert operator.clicks == 4


def test_three_topics_are_deleted_at_once(operator: Operator) -> None:
    operator.go("Topics")
    operator.page.fill("[name=q]", "tasks.old")
    expect(operator.page.locator("tbody tr")).to_have_count(3)
    operator.click("[data-select-all]")
    operator.button("Delete selected…")
    operator.page.fill("[name=confirm]", "3")
    operator.button("Delete 3 topics")
    expect(operator.page.locator(".toasts")).to_contain_text("3 topics deleted.")
    assert operator.clicks == 4


def test_a_second_cluster_with_a_wrong_password_says_so_before_it_is_saved(
    operator: Operator, shop: KafkaCluster
) -> None:
    operator.go("Settings")
    operator.click("main >> text=Add cluster")
    add_cluster(operator.page, shop, "tasks-second")
    operator.page.fill("[name=password]", "wrong")
    operator.button("Test connection")
    expect(operator.page.locator("#verdict")).to_contain_text("wrong user name or password")
    assert operator.clicks == 3


def test_lag_is_told_to_a_webhook(operator: Operator) -> None:
    with serving(says("ok")) as url:
        operator.go("Settings")
        operator.click("main >> text=Notifications")
        operator.click(operator.page.locator("main").get_by_role("link", name="Add").first)
        operator.page.fill("[name=name]", "tasks-hook")
        operator.page.fill("[name=address]", url)
        operator.button("Send test")
        operator.sees("The test was sent.")
        operator.button("Save")
        operator.sees("tasks-hook")
    assert operator.clicks == 5


def test_a_viewer_sees_what_a_pattern_names(operator: Operator, browser: Browser, server: Server) -> None:
    operator.go("Settings")
    operator.click("main >> text=Users and roles")
    operator.link("Add user")
    operator.page.fill("[name=username]", "tasks-viewer")
    for field in operator.page.locator("main [type=password]").all():
        field.fill("quite-a-long-password")
    operator.button("Add")
    operator.page.select_option("[name=role]", "viewer")
    operator.page.fill("[name=clusters]", NAME)
    operator.page.fill("[name=resources]", "tasks.new")
    operator.button("Add role")
    assert operator.clicks == 5
    viewer = open_page(browser, server)
    viewer.goto(f"{CLUSTER}topics/")
    viewer.fill("[name=username]", "tasks-viewer")
    viewer.fill("[name=password]", "quite-a-long-password")
    viewer.click("button:has-text('Sign in')")
    expect(viewer.locator("tbody tr")).to_have_count(1)
    expect(viewer.locator("main")).to_contain_text("tasks.new")
    expect(viewer.locator("main").get_by_role("link", name="Create topic")).to_have_count(0)
    viewer.context.close()


def test_a_token_and_curl(operator: Operator, server: Server) -> None:
    operator.click("details.account summary")
    operator.click("details.account >> text=API tokens")
    operator.link("Create token")
    operator.page.fill("[name=name]", "tasks")
    operator.button("Create token")
    secret = operator.page.locator("#secret").input_value()
    assert operator.clicks == 4
    request = urllib.request.Request(
        f"{server.url}/api/v1/clusters/{NAME}/topics/{TOPIC}", headers={"Authorization": f"Bearer {secret}"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        assert json.load(response)["name"] == TOPIC


def test_a_brokers_configs_and_its_disk(operator: Operator) -> None:
    operator.go("Brokers")
    operator.click("tbody tr:nth-child(1) th a")
    operator.sees("Log directories", "online", "log.dirs")
    assert operator.clicks == 2


def test_a_record_is_written(operator: Operator) -> None:
    operator.open(TOPIC)
    operator.link("Produce")
    operator.page.fill("[name=value]", '{"written": "by hand"}')
    operator.button("Produce")
    operator.sees("by hand")
    assert operator.clicks == 3


def test_a_days_lag_of_a_group(operator: Operator) -> None:
    operator.open(GROUP)
    eventually(lambda: operator.page.reload() and operator.page.locator("figure.chart polyline").count(), timeout=90)
    plot, moment = (operator.page.locator(f"figure.chart {part}").first for part in (".plot > svg", ".moment"))

    def moment_under_the_pointer() -> str:
        operator.page.mouse.move(0, 0)  # the chart may have been drawn anew, or its script not loaded yet
        plot.hover()
        return moment.text_content() or ""

    eventually(lambda: re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d", moment_under_the_pointer()))
    assert operator.clicks == 1


def test_a_list_as_csv(operator: Operator) -> None:
    operator.go("Topics")
    with operator.page.expect_download() as download:
        operator.click("main .pages >> text=CSV")
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("name,")
    assert any(line.startswith(f"{TOPIC},") for line in lines)
    assert operator.clicks == 2


def test_with_the_keyboard_alone(operator: Operator) -> None:
    keyboard = operator.page.keyboard
    keyboard.press("g")
    keyboard.press("t")
    expect(operator.page.locator("h1")).to_have_text("Topics")
    keyboard.press("Control+k")
    keyboard.type(TOPIC)
    expect(operator.page.locator("#results a").first).to_contain_text(TOPIC)
    keyboard.press("Enter")
    expect(operator.page.locator("h1")).to_have_text(TOPIC)
    assert operator.clicks == 0


def test_on_a_phone_in_the_dark(operator: Operator) -> None:
    page = operator.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    try:
        operator.click(".drawer-button")
        operator.go("Consumer groups")
        page.fill("[name=q]", GROUP)
        operator.click(page.locator("tbody th a", has_text=GROUP))
        expect(page.locator("h1")).to_have_text(GROUP)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
    assert operator.clicks == 3


def test_without_javascript(browser: Browser, server: Server, page: Page) -> None:
    plain = open_page(browser, server, javascript=False)
    sign_in(plain)
    plain.goto(CLUSTER)
    operator = Operator(plain)
    operator.go("Consumer groups")
    plain.fill("[name=q]", GROUP)
    plain.press("[name=q]", "Enter")
    operator.click(plain.locator("tbody th a", has_text=GROUP))
    operator.link("Reset offsets…")
    plain.select_option("[name=to]", "latest")
    operator.button("Preview")
    expect(plain.locator("#plan")).to_contain_text("will be skipped")
    operator.button("Reset offsets")
    expect(plain.locator(".toasts")).to_contain_text(f"Offsets of {GROUP} reset.")
    assert operator.clicks == 5
    plain.context.close()
