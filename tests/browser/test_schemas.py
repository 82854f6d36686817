"""What a developer does with schemas in a browser: see why a change breaks, register a better one, compare."""

import json
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ADDED, COMPLAINTS, open_page, shoot, sign_in
from tests.browser.readable import assert_readable
from tests.browser.server import Server
from tests.browser.test_pages import HEAVIEST
from tests.clusters.schemas.conftest import MONEY
from tests.schema_registry import SchemaRegistry

NAME = "schematic"
PATHS = (
    "", "orders-value/", "orders-value/compare/", "orders-value/register/", "orders-value/settings/",
    "orders-value/delete/", "new/subject/", "settings/global/",
    "registries/all/", "registries/new/", "registries/migrated/edit/", "registries/migrated/remove/",
    "registries/migrated/default/",
    "registries/migrated/subjects/", "registries/migrated/subjects/orders-value/",
    "registries/migrated/subjects/import/lines/",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, registry: SchemaRegistry) -> Iterator[Page]:
    """Somebody signed in, and a cluster whose registry has a subject with two versions."""
    for text in (MONEY, MONEY.replace('"long"}', '"long"}, {"name": "currency", "type": "string", "default": "EUR"}')):
        requests.post(f"{registry.url}/subjects/orders-value/versions", json={"schema": text}, timeout=10)
    requests.put(f"{registry.url}/config/orders-value", json={"compatibility": "BACKWARD"}, timeout=10)
    opened = open_page(browser, server)
    sign_in(opened)
    opened.goto("/clusters/new/")
    ADDED[NAME] = server.url
    opened.fill("[name=name]", NAME)
    opened.fill("[name=bootstrap_servers]", "127.0.0.1:1")
    opened.fill("[name=registry_url]", registry.url)
    opened.click("button:has-text('Save')")
    expect(opened.locator("h1")).to_have_text(NAME)
    opened.goto(f"/clusters/{NAME}/schemas/registries/new/")
    opened.fill("[name=name]", "migrated")
    opened.fill("[name=url]", registry.url)
    opened.click("button:has-text('Test connection')")
    expect(opened.locator("#verdict")).to_contain_text("Schema registry: connected")
    opened.click("button:has-text('Save')")
    expect(opened.locator("[aria-label='Schema registries'] [aria-current=page]")).to_have_text("migrated")
    yield opened
    opened.context.close()


def test_a_change_that_breaks_is_explained_mended_registered_and_compared(
    page: Page, unique: Callable[[str], str]
) -> None:
    page.goto(f"/clusters/{NAME}/schemas/")
    page.click("text=Refresh")
    page.fill("[name=q]", "orders-v")
    page.click("tbody >> text=orders-value")
    expect(page.locator("tbody").first).to_contain_text("cents")
    page.click("text=Register version")
    name = unique("field").replace("-", "_")
    schema = json.loads(page.input_value("[name=schema]"))
    schema["fields"].append({"name": name, "type": "string"})
    page.fill("[name=schema]", json.dumps(schema, indent=2))
    page.click("text=Check and preview")
    expect(page.locator("#plan")).to_contain_text(f"field {name}")
    expect(page.locator("#plan")).to_contain_text("Not compatible (BACKWARD): Line")
    schema["fields"][-1]["default"] = ""
    page.fill("[name=schema]", json.dumps(schema, indent=2))
    page.click("text=Check and preview")
    expect(page.locator("#plan")).to_contain_text("Planned changes")
    shoot(page, "schema-plan")
    page.click("button:has-text('Register')")
    expect(page.locator("body")).to_contain_text("Schema registered in orders-value.")
    page.click("text=Compare versions")
    expect(page.locator("ins").first).to_contain_text("string")
    expect(page.locator("main")).to_contain_text("Allowed by")
    COMPLAINTS.clear()  # of the 422 that said what is wrong


@pytest.mark.parametrize("path", PATHS)
def test_everybody_can_read_it(page: Page, path: str) -> None:
    response = page.goto(f"/clusters/{NAME}/schemas/{path}")
    assert response
    assert response.ok
    assert len(response.body()) <= HEAVIEST
    assert_readable(page)
