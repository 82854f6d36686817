"""Our quick way to write HTML escapes as Django's does."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from core.web.markup import inert, markup

PARTS = st.one_of(st.text(), st.integers(), st.none(), st.text().map(SafeString), st.sampled_from("<>&'\"{}"))
FORM = '<b title="{}">{}</b>'


@given(PARTS, PARTS)
def test_it_writes_what_django_writes(first: object, second: object) -> None:
    assert markup(FORM, first, second) == format_html(FORM, first, second)
    assert isinstance(markup(FORM, first, second), SafeString)


def test_what_is_unseen_or_turns_the_direction_of_writing_is_shown_without_effect() -> None:
    assert inert("<\u202elive\u202c") == (
        '&lt;<bdi class="turning" title="U+202E">\u202e</bdi>live<bdi class="turning" title="U+202C">\u202c</bdi>'
    )
    assert inert("pay\u200bpal\ufeff") == (
        'pay<bdi class="turning" title="U+200B">\u200b</bdi>pal<bdi class="turning" title="U+FEFF">\ufeff</bdi>'
    )
    assert inert("👩\u200d💻 می\u200cخواهم") == "👩\u200d💻 می\u200cخواهم"
    assert inert("שלום\u200f & é") == "שלום\u200f &amp; é"
