"""Addresses that pages had before lead to the present ones for good."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("/clusters/c/findings/", "/clusters/c/alerts/"),
        ("/clusters/c/findings/17/?a=b%2Fc", "/clusters/c/alerts/17/?a=b%2Fc"),
        ("/clusters/c/lag/?status=ERR&q=%C3%A9", "/clusters/c/groups/?status=ERR&q=%C3%A9"),
        ("/clusters/findings/findings/", "/clusters/findings/alerts/"),
        ("/clusters/lag/lag/", "/clusters/lag/groups/"),
    ],
)
def test_a_former_address_redirects_for_good(client: Client, former: str, present: str) -> None:
    response = client.get(former)
    assert (response.status_code, response.headers["Location"]) == (301, present)
