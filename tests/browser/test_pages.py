"""Every page, in both themes and at both widths: readable by everybody, nothing cut, light, from our server alone."""

import gzip
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from confluent_kafka import Producer
from playwright.sync_api import Browser, Page, Response, expect

from clusters.gateway import quotas
from clusters.gateway.access import acls, users
from clusters.gateway.access.acls import Acl
from clusters.gateway.access.users import ScramCredential
from clusters.gateway.quotas import Entity
from tests.browser.conftest import add_cluster, open_page, sign_in
from tests.browser.readable import assert_readable, have_axe, violations
from tests.browser.server import Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, connection_of, create_topic, produce
from tests.kafka.waiting import eventually

NAME, TOPIC, GROUP = "pictured", "pictured.orders", "pictured-reader"
ACLS = (
    Acl("User:pictured", "*", "ALL", "ALLOW", "TOPIC", "pictured.", "PREFIXED"),
    Acl("User:pictured", "10.0.0.7", "READ", "DENY", "TOPIC", TOPIC, "LITERAL"),
    Acl("User:pictured", "*", "DELETE", "DENY", "TOPIC", TOPIC, "LITERAL"),
    Acl("User:pictured", "*", "READ", "ALLOW", "GROUP", "pictured", "PREFIXED"),
)
HEAVIEST, FIRST_VISIT = 150_000, 120_000  # bytes: of a page's HTML, and of all that a first visit fetches, compressed
OURS = (
    "/", "/settings/", "/search/?q=pictured", "/people/", "/people/new/", "/people/groups/new/", "/channels/",
    "/channels/new/", "/alert-rules/", "/alert-rules/new/", "/account/tokens/", "/account/tokens/new/",
    "/people/password/", "/account/second-factor/", "/account/second-factor/set-up/", "/audit/",
    "/clusters/new/", "/clusters/import/", "/nowhere/",
)  # fmt: skip
OF_CLUSTER = (
    "", "alerts/", "topics/", "topics/new/", "brokers/", "brokers/1/", "brokers/1/configs/", "brokers/configs/",
    "brokers/quorum/", "brokers/3/unregister/",
    "metrics/", "metrics/settings/", "acls/", "acls/new/", "acls/principals/User:pictured/",
    "users/", "users/new/", "users/pictured/", "users/pictured/password/", "users/pictured/delete/",
    "quotas/", "quotas/new/", "quotas/effective/?user=pictured&client_id=app", "quotas/edit/?user=pictured",
    "elect-leaders/", "manifest/", "transactions/", "transactions/hanging/?find=1",
    "reassignments/", "reassignments/new/?goal=drain&brokers=2", "reassignments/cancel/", "brokers/1/move-replicas/",
    f"transactions/producers/?topic={TOPIC}",
    "transactions/ids/pictured-writer/", "audit/", "edit/", "delete/",
    *(f"topics/{TOPIC}/{change}/" for change in ("partitions", "delete", "delete-records")), "lag/settings/", "groups/",
    f"lag/groups/{GROUP}/{TOPIC}/0/", f"topics/{TOPIC}/messages/0/0/", f"topics/{TOPIC}/messages/?contains=plain",
    *(f"topics/{TOPIC}/{tab}" for tab in ("", "messages/", "produce/", "configs/", "groups/", "acls/")),
    *(f"topics/{TOPIC}/{page}" for page in ("insight/", "produce/file/", "messages/copy/?contains=plain")), "jobs/",
    "approvals/",
    *(f"groups/{GROUP}/{change}" for change in ("", "reset/", "delete-offsets/", "delete/")),
)  # fmt: skip
PATHS = (*OURS, *(f"/clusters/{NAME}/{path}" for path in OF_CLUSTER))


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, kafka: KafkaCluster) -> Iterator[Page]:
    """Somebody signed in, and a cluster with something in it."""
    create_topic(kafka, TOPIC, partitions=2)
    produce(kafka, TOPIC, ['{"id": 1, "status": "PAID"}', "<b>plain</b>"])
    commit(kafka, GROUP, {(TOPIC, 0): 1})
    write_in_a_transaction(kafka)
    acls.create(connection_of(kafka), ACLS)
    users.write(connection_of(kafka), ScramCredential("pictured", "SCRAM-SHA-512", 4096), "secret")
    quotas.alter(connection_of(kafka), Entity("pictured"), {"producer_byte_rate": 1e6, "request_percentage": 50.0})
    quotas.alter(connection_of(kafka), Entity(client_id="pictured-app"), {"consumer_byte_rate": 1e6})
    opened = open_page(browser, server)
    sign_in(opened)
    add_cluster(opened, kafka, NAME)
    opened.click("button:has-text('Save')")
    expect(opened.locator("h1")).to_have_text(NAME)
    evaluated = f"/clusters/{NAME}/lag/groups/{GROUP}/{TOPIC}/0/"
    eventually(lambda: (response := opened.goto(evaluated)) and response.ok, timeout=90)
    yield opened
    opened.context.close()


def write_in_a_transaction(kafka: KafkaCluster) -> None:
    producer = Producer({**kafka.client_config(), "transactional.id": "pictured-writer"})
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(TOPIC, b"in a transaction", partition=1)
    producer.commit_transaction(20)


@pytest.mark.parametrize("path", PATHS)
def test_everybody_can_read_it(page: Page, path: str) -> None:
    response = page.goto(path)
    assert response
    assert len(response.body()) <= HEAVIEST
    assert_readable(page, f"page-{path.strip('/').replace('/', '-').replace('?', '-') or 'home'}")


def test_faint_text_is_noticed_on_a_page_that_looks_like_others(page: Page) -> None:
    for theme, faint in (("light", "#aaa"), ("dark", "#444")):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.goto(f"/clusters/{NAME}/topics/")
        have_axe(page)
        assert violations(page, f"1440-{theme}") == []
        page.evaluate("(colour) => { document.querySelector('h1').style.color = colour; }", faint)
        (violation,) = violations(page, f"1440-{theme}")
        assert "insufficient color contrast" in violation


def test_a_first_visit_is_light_and_asks_nobody_else(browser: Browser, server: Server, page: Page) -> None:
    visitor = open_page(browser, server)
    sign_in(visitor)
    cookies = visitor.context.cookies()
    visitor.context.close()
    first = open_page(browser, server)
    first.context.add_cookies(cookies)
    responses: list[Response] = []
    first.on("response", lambda response: responses.append(response))
    first.goto(f"/clusters/{NAME}/topics/")
    bodies = {response.url: response.body() for response in responses if kind(response)}
    assert {urlsplit(response.url).netloc for response in responses} == {urlsplit(server.url).netloc}
    sizes = {url: len(gzip.compress(body)) for url, body in bodies.items()}
    assert sum(sizes.values()) <= FIRST_VISIT, sizes
    first.context.close()


def kind(response: Response) -> str:
    """Return html, css or javascript; nothing for what is fetched later or shown without."""
    content_type = response.headers.get("content-type", "")
    return next((name for name in ("html", "css", "javascript") if name in content_type), "")
