from urllib.parse import quote

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.web.paths import NameConverter, reverse, rewrite


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_any_name_survives_the_way_into_a_path_and_back(name: str) -> None:
    converter = NameConverter()
    assert converter.to_python(converter.to_url(name)) == name


@pytest.mark.parametrize("name", ["a/b", "50%", "%2F", "a%2Fb/c", "new", "~new", "..", "<b>", "🦊", "a b", "a?b#c&d=e"])
def test_a_link_is_encoded_once_and_leads_to_the_name(name: str) -> None:
    link = reverse("group", "local", name)
    request = RequestFactory().get("/")
    rewrite(request, link)
    segment = request.path_info.split("/")[4]
    assert NameConverter().to_python(segment) == name
    assert "%25" not in link or "%" in name
    # A page's own address, which it is reloaded from, is the one that led to it.
    request.META["QUERY_STRING"] = "q=a%2Fb&p"
    assert (request.path, request.get_full_path()) == (link, f"{link}?q=a%2Fb&p")


def test_a_name_percent_encoded_once_by_others_is_understood() -> None:
    request = RequestFactory().get("/")
    rewrite(request, f"/clusters/local/groups/{quote('a/b%', safe='')}/")
    assert NameConverter().to_python(request.path_info.split("/")[4]) == "a/b%"
