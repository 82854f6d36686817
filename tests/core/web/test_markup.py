"""Our quick way to write HTML escapes as Django's does."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from core.web.markup import markup

PARTS = st.one_of(st.text(), st.integers(), st.none(), st.text().map(SafeString), st.sampled_from("<>&'\"{}"))
FORM = '<b title="{}">{}</b>'


@given(PARTS, PARTS)
def test_it_writes_what_django_writes(first: object, second: object) -> None:
    assert markup(FORM, first, second) == format_html(FORM, first, second)
    assert isinstance(markup(FORM, first, second), SafeString)
