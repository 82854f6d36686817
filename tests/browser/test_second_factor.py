"""Passkeys in a real Chromium, with its virtual authenticator."""

import base64
from urllib.parse import parse_qs

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, Page

from tests.browser.conftest import open_page, shoot, sign_in
from tests.browser.server import Server

NAME, PASSWORD = "pat-of-passkeys", "a-long-enough-passphrase"
ACCOUNT = "/account/second-factor/"


@pytest.fixture
def pat(browser: Browser, server: Server) -> Page:
    """A user with an authenticator app, at a host name: browsers have no passkeys for addresses."""
    admin = open_page(browser, server)
    sign_in(admin)
    admin.goto("/people/new/")
    admin.fill("[name=username]", NAME)
    admin.fill("[name=password1]", PASSWORD)
    admin.fill("[name=password2]", PASSWORD)
    admin.click("button:has-text('Add')")
    admin.wait_for_selector(f"h1:has-text('{NAME}')")
    context = browser.new_context(base_url=server.url.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(15_000)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    give_password(page)
    page.goto(f"{ACCOUNT}set-up/")
    key = page.inner_text("[translate=no]").replace(" ", "")
    page.fill("[name=code]", f"{totp(base64.b32decode(key)):06}")
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Set up')")
    page.wait_for_selector("h1:has-text('Recovery codes')")
    return page


def give_password(page: Page) -> None:
    page.goto("/login/")
    page.fill("[name=username]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.wait_for_load_state()


def give_password_again(page: Page) -> None:
    page.context.clear_cookies()
    give_password(page)
    page.wait_for_selector("button:has-text('Use a passkey')")


def test_a_passkey_is_added_and_signs_in_once_per_challenge(pat: Page) -> None:
    pat.goto(f"{ACCOUNT}passkeys/new/")
    pat.fill("[name=name]", "Blue key")
    pat.fill("[name=password]", "not-it")
    pat.click("button:has-text('Add passkey')")
    pat.wait_for_selector("text=Wrong password")
    pat.fill("[name=password]", PASSWORD)
    pat.click("button:has-text('Add passkey')")
    pat.wait_for_selector("th:has-text('Blue key')")
    shoot(pat, "passkeys")
    give_password_again(pat)
    shoot(pat, "passkey-sign-in")
    with pat.expect_request("**/login/passkey/") as sent:
        pat.click("button:has-text('Use a passkey')")
    pat.wait_for_selector("header.bar")
    credential = parse_qs(sent.value.post_data or "")["credential"][0]

    give_password_again(pat)
    pat.evaluate(
        "(credential) => { const form = document.querySelector('form[data-passkey]');"
        " form.elements.credential.value = credential; form.submit(); }",
        credential,
    )
    pat.wait_for_selector("text=The browser's answer is not valid.")
    pat.click("button:has-text('Use a passkey')")
    pat.wait_for_selector("header.bar")

    pat.goto(ACCOUNT)
    pat.fill("form:has([value=passkey]) [name=password]", PASSWORD)
    pat.click("button:has-text('Remove passkey')")
    pat.wait_for_selector("th:has-text('Blue key')", state="detached")
    pat.context.clear_cookies()
    give_password(pat)
    pat.wait_for_selector("[name=code]")
    assert pat.locator("button:has-text('Use a passkey')").count() == 0
