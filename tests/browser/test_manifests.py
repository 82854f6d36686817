"""What an operator does with a manifest in a browser: compare it with the cluster, and apply what differs."""

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from clusters.acls.templates import allow
from clusters.gateway.access import acls
from tests.browser.conftest import add_cluster, open_page, shoot, sign_in
from tests.browser.readable import assert_readable
from tests.browser.server import Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of, create_topic


def test_a_file_is_compared_applied_and_compared_again(
    browser: Browser, server: Server, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    cluster, topic, new = unique("files"), create_topic(kafka, unique("orders")), unique("payments")
    page = open_page(browser, server)
    sign_in(page)
    add_cluster(page, kafka, cluster)
    page.click("button:has-text('Save')")
    page.click('.sidebar nav >> text="Manifest"')
    acl = f'{{principal: "User:{new}", resource_type: TOPIC, resource_name: {new}, operations: [READ, WRITE]}}'
    page.fill(
        "[name=text]",
        f"topics:\n  {topic}: {{partitions: 3, configs: {{retention.ms: 3600000}}}}\n"
        f"  {new}: {{partitions: 2, replication_factor: 1, configs: {{cleanup.policy: compact}}}}\nacls:\n  - {acl}\n",
    )
    page.click("button:has-text('Compare')")
    expect(page.locator("section.plan")).to_contain_text("2 partitions, replication factor 1")
    shoot(page, "manifest-plan")
    assert_readable(page)
    page.fill("[name=confirm]", "4")  # a shorter retention deletes records
    page.click("button:has-text('Apply 4 changes')")
    expect(page.locator("body")).to_contain_text("4 changes applied.")
    page.fill("[name=text]", f"topics:\n  {topic}: {{partitions: 3}}\n")
    page.click("button:has-text('Compare')")
    expect(page.locator("section.plan")).to_contain_text("The cluster is as the file says.")
    page.click(".actions >> text=Drift")
    page.click("text=Set manifest…")
    page.fill("[name=text]", f"topics:\n  {topic}: {{partitions: 3, configs: {{retention.ms: 7200000}}}}\n")
    page.check("[name=remove]")
    page.click("button:has-text('Save')")
    expect(page.locator("main")).to_contain_text("7200000")
    shoot(page, "drift")
    assert_readable(page)
    page.click("text=Review and apply…")
    expect(page.locator("section.plan")).to_contain_text("7200000")
    page.context.close()


def test_topics_are_compared_and_recreated(
    browser: Browser, server: Server, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    cluster = unique("pair")
    first, second = (
        create_topic(kafka, unique(stem), config={"retention.ms": value, "cleanup.policy": "compact"})
        for stem, value in (("orders", "3600000"), ("orders-old", "7200000"))
    )
    page = open_page(browser, server)
    sign_in(page)
    add_cluster(page, kafka, cluster)
    page.click("button:has-text('Save')")
    page.goto(f"/clusters/{cluster}/topics/selected/compare/?topic={first}&topic={second}")
    expect(page.locator("table.compared")).to_contain_text("7200000")
    shoot(page, "topics-compare")
    assert_readable(page)
    page.click(f"text=Change {cluster}/{second}…")
    expect(page.locator("section.plan")).to_contain_text("3600000")
    shoot(page, "topic-align")
    page.click("button:has-text('Apply')")
    expect(page.locator("body")).to_contain_text(f"Configuration of {second} updated.")
    page.goto(f"/clusters/{cluster}/topics/{first}/recreate/")
    expect(page.locator("section.plan")).to_contain_text("replica assignment")
    shoot(page, "topic-recreate")
    assert_readable(page)
    page.fill("[name=confirm]", first)
    page.click("button:has-text('Recreate the topic')")
    expect(page.locator("body")).to_contain_text(f"Topic {first} recreated.")
    page.context.close()


def test_acls_are_tidied_up_and_copied(
    browser: Browser, server: Server, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    cluster, topic, user = unique("acls"), create_topic(kafka, unique("orders")), f"User:{unique('shop')}"
    connection = connection_of(kafka)
    granted = [
        allow(user, "*", "READ", "TOPIC", topic, "LITERAL"),
        allow(user, "*", "READ", "TOPIC", topic[:8], "PREFIXED"),
        allow(user, "*", "WRITE", "TOPIC", unique("gone"), "LITERAL"),
    ]
    acls.create(connection, granted)
    page = open_page(browser, server)
    sign_in(page)
    add_cluster(page, kafka, cluster)
    page.click("button:has-text('Save')")
    page.goto(f"/clusters/{cluster}/acls/?q={user}")
    expect(page.locator("#rows")).to_contain_text(user)
    page.click(".actions >> text=Tidy up")
    expect(page.locator("main")).to_contain_text("Covered by ALLOW READ")
    shoot(page, "acls-tidy-up")
    assert_readable(page)
    page.goto(f"/clusters/{cluster}/acls/copy/?source={user}")
    page.fill("[name=target]", f"{user}-2")
    page.click("button:has-text('Preview')")
    expect(page.locator("section.plan")).to_contain_text(topic)
    shoot(page, "acls-copy")
    assert_readable(page)
    page.context.close()
    acls.delete(connection, granted)
