"""Names in URLs: percent-encoded once, any name works, also one with slashes or percent signs.

WSGI hands us a decoded path, in which the ``%2F`` of a name has become a slash. The middleware goes back to the
path as it was sent and leaves ``/`` and ``%`` inside a segment encoded; the converter decodes them; ``reverse``
undoes the second encoding that Django's own adds.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from urllib.parse import quote, unquote, urlencode

from django import urls
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

UNQUOTED = "!$&'()*+,;=~:@"  # in a segment, as ``reverse`` has them


def minimally_encoded(segment: str) -> str:
    """Return a decoded path segment with only ``%`` and ``/`` encoded."""
    return segment.replace("%", "%25").replace("/", "%2F")


class NameConverter:
    """A name of any characters as one path segment.

    A topic may be called ``new``, which is a page, and a group ``..``, which browsers resolve away: such a name,
    with any tildes before it, is written with one more tilde before it.
    """

    regex = "[^/]+"
    taken = frozenset({"new", ".", ".."})

    def to_python(self, value: str) -> str:
        """Return the name itself; no name has a NUL, so an address with one does not exist.

        Raises:
            ValueError: it has one.
        """
        if "\0" in value:
            raise ValueError("a NUL in a name")
        name = value.replace("%2F", "/").replace("%25", "%")
        return name[1:] if name.startswith("~") and name.lstrip("~") in self.taken else name

    def to_url(self, value: str) -> str:
        """Return the name as a path segment before Django's own quoting."""
        name = f"~{value}" if value.lstrip("~") in self.taken else value
        return minimally_encoded(name)


def reverse(viewname: str, *args: object, query: Mapping[str, object] | None = None) -> str:
    """Return the URL of a view by name and positional arguments, names percent-encoded once."""
    path = path_of(urls.get_script_prefix(), viewname, *args)
    return f"{path}?{urlencode(query)}" if query else path


@lru_cache(maxsize=1024, typed=True)  # a list's page has dozens of links, most of them the same each time
def path_of(script_prefix: str, viewname: str, *args: object) -> str:
    return urls.reverse(viewname, args=args).replace("%25", "%")


def back_to(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Redirect to the page of ours that a form names as ``next``; otherwise elsewhere.

    Not by ``redirect``, which looks for a view of such a name first.
    """
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else otherwise)


class EncodedPathMiddleware:
    """Restores the slashes and percent signs of names from the path as the browser sent it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Rewrite the path if the server passes the raw one (gunicorn and uWSGI do)."""
        raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or ""
        if raw.startswith("/") and "%" in raw:
            rewrite(request, raw.partition("?")[0])
        return self.get_response(request)


def rewrite(request: HttpRequest, raw: str) -> None:
    """Set ``path_info``, which is resolved, and ``path``, which pages use as their own address, from the raw path."""
    segments = [unquote(segment) for segment in raw.split("/")]
    path = "/".join(map(minimally_encoded, segments))
    request.path_info = path.removeprefix(request.META.get("SCRIPT_NAME", ""))
    request.path = "/".join(quote(segment, safe=UNQUOTED) for segment in segments)
    request.get_full_path = partial(full_path, request)  # type: ignore[method-assign] # it would encode the path again


def full_path(request: HttpRequest, force_append_slash: bool = False) -> str:
    path, query = escape_leading_slashes(request.path), request.META.get("QUERY_STRING", "")
    return f"{path}?{iri_to_uri(query)}" if query else path
