"""HTML of few parts, for what a page has hundreds of: Django's ``format_html``, without room for lazy texts.

Most of what ``format_html`` takes is the search for texts that are yet to be translated: three times as long as the
escaping itself. There are none here.
"""

import re
from html import escape

from django.utils.safestring import SafeString

# What sets the direction of the text behind it, and what nobody sees; joiners are part of how words are written.
UNSEEN = "\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
TURNING = re.compile(f"[{UNSEEN}]")


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
    """Return a text in which what is unseen, or turns the direction of writing, shows and has no effect; it stays."""
    return SafeString(escape(text) if text.isascii() else TURNING.sub(turning, escape(text)))


def turning(match: re.Match[str]) -> str:
    return f'<bdi class="turning" title="U+{ord(match[0]):X}">{match[0]}</bdi>'
