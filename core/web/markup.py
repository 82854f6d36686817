"""HTML of few parts, for what a page has hundreds of: Django's ``format_html``, without room for lazy texts.

Most of what ``format_html`` takes is the search for texts that are yet to be translated: three times as long as the
escaping itself. There are none here.
"""

import re
from html import escape

from django.utils.safestring import SafeString

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what sets the direction of the text behind it


def markup(form: str, *texts: object) -> SafeString:
    """Return a form with escaped texts in its places: ``markup("<b>{}</b>", name)``."""
    return SafeString(form.format(*map(escaped, texts)))


def escaped(text: object) -> str:
    """Return a text as it is written in HTML; one that is marked as safe stays as it is, and numbers have no signs."""
    if isinstance(text, SafeString):
        return text
    if isinstance(text, int):
        return str(text)
    return escape(str(text))


def inert(text: str) -> SafeString:
    """Return a text in which what turns the direction of writing is shown, and has no effect; it is still there."""
    return SafeString(escape(text) if text.isascii() else TURNING.sub(turning, escape(text)))


def turning(match: re.Match[str]) -> str:
    return f'<bdi class="turning" title="U+{ord(match[0]):X}">{match[0]}</bdi>'
