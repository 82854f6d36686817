"""Everything under one path, whether the proxy in front takes it off or not."""

import re
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest

from tests.browser.server import PASSWORD, USER, Server


@pytest.fixture(scope="module")
def up() -> Iterator[Server]:
    with Server(KAFKAADMIN_BASE_PATH="/kafka") as started:
        yield started


def sign_in(browser: urllib.request.OpenerDirector, address: str) -> str:
    """Sign in, and return the address that the browser is sent to."""
    page = browser.open(f"{address}/login/", timeout=5).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    form = urlencode({"username": USER, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}).encode()
    with browser.open(f"{address}/login/", form, timeout=5) as response:
        return str(response.url)


def test_two_on_one_host_do_not_end_each_others_sessions(up: Server) -> None:
    with Server() as other:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        addresses = (other.url, f"{up.url}/kafka")
        assert [sign_in(browser, address) for address in addresses] == [f"{url}/" for url in addresses]
        for address in addresses:
            assert "Sign out" in browser.open(f"{address}/", timeout=5).read().decode()


@pytest.mark.parametrize("path", ["/kafka/login/", "/login/", "/kafka/healthz", "/healthz", "/kafka/actuator/health"])
def test_paths_answer_with_and_without_it(up: Server, path: str) -> None:
    assert urllib.request.urlopen(f"{up.url}{path}", timeout=5).status == 200


def test_a_person_signs_in_and_every_link_stays_under_it(up: Server) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{up.url}/kafka/login/", timeout=5).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    form = urlencode({"username": USER, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}).encode()
    response = browser.open(f"{up.url}/kafka/login/", form, timeout=5)
    home = response.read().decode()
    assert response.url == f"{up.url}/kafka/"
    assert "Sign out" in home
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', home)
    assert links
    assert all(link.startswith("/kafka/") for link in links), links
    for link in links:
        if "/static/" in link:
            assert browser.open(f"{up.url}{link}", timeout=5).status == 200
