"""Saying on the next page what was done, with a link to what comes next, or to what takes it back."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html


def toast(request: HttpRequest, sentence: str, label: str = "", url: str = "") -> None:
    """Have the next page show a sentence in its corner, with a link."""
    if url:
        messages.success(request, format_html('{} <a href="{}">{}</a>', sentence, url, label), extra_tags="with-link")
    else:
        messages.success(request, sentence)
