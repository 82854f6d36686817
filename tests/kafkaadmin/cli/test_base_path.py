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
