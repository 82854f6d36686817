"""Where a request comes from, and by what wrong passwords are counted."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from accounts.access import address_of, counted_address
from accounts.models import AuditEntry

V4, V6, NETWORK, PROXY = "203.0.113.9", "2001:db8:1:2:3::4", "2001:db8:1:2::", "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "address", "counted"),
    [
        (V4, V4, V4), (f"{V4}:4711", V4, V4), (f"6.6.6.6, {V4}", V4, V4), (f"::ffff:{V4}", V4, V4),
        (V6, V6, NETWORK), (f"[{V6}]:4711", V6, NETWORK), ("fe80::1%eth0", "fe80::1", "fe80::"),
        *((none, PROXY, PROXY) for none in ("", "unknown", "x" * 10_000, "1.2.3.4:5:6", "[", "7")),
    ],
)  # fmt: skip
def test_a_trusted_proxy_names_addresses_as_proxies_do(
    forwarded: str, address: str, counted: str, settings: Any
) -> None:
    settings.TRUSTED_PROXY = True
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": forwarded})
    assert (address_of(request), counted_address(request)) == (address, counted)
    settings.TRUSTED_PROXY = False
    assert address_of(request) == PROXY


@pytest.mark.django_db
@pytest.mark.parametrize("forwarded", ["203.0.113.9:4711", "unknown", "[2001:db8::1]:4711", "\u00e9"])
def test_a_wrong_password_is_no_error_whatever_the_proxy_says(forwarded: str, settings: Any) -> None:
    settings.TRUSTED_PROXY = True
    wrong = {"username": "ada", "password": "wrong"}
    assert Client().post("/login/", wrong, headers={"X-Forwarded-For": forwarded}).status_code == 200
    assert AuditEntry.objects.get().outcome == "refused"


@pytest.mark.django_db
def test_a_network_of_ipv6_is_one_address(settings: Any) -> None:
    User.objects.create_user("ada", password="correct horse")
    for number in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/login/", {"username": "ada", "password": "wrong"}, REMOTE_ADDR=f"2001:db8::{number:x}")
    right = {"username": "ada", "password": "correct horse"}
    assert Client().post("/login/", right, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert Client().post("/login/", right, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302
