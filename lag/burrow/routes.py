"""Burrow's paths and methods, and how its router treats paths that are almost right. Pure."""

from dataclasses import dataclass, field
from urllib.parse import unquote

ANY = "*"
Segments = tuple[str, ...]
# Path segments, where * matches any, and the handler for each method.
ROUTES: tuple[tuple[Segments, dict[str, str]], ...] = (
    (("burrow", "admin"), {"GET": "alive"}),
    (("burrow", "admin", "ready"), {"GET": "ready"}),
    (("metrics",), {"GET": "metrics"}),
    (("v3", "kafka"), {"GET": "clusters"}),
    (("v3", "kafka", ANY), {"GET": "cluster"}),
    (("v3", "kafka", ANY, "topic"), {"GET": "topics"}),
    (("v3", "kafka", ANY, "topic", ANY), {"GET": "topic"}),
    (("v3", "kafka", ANY, "topic", ANY, "consumers"), {"GET": "topic_consumers"}),
    (("v3", "kafka", ANY, "consumer"), {"GET": "consumers"}),
    (("v3", "kafka", ANY, "consumer", ANY), {"GET": "consumer", "DELETE": "forget"}),
    (("v3", "kafka", ANY, "consumer", ANY, "topic", ANY), {"DELETE": "forget"}),
    (("v3", "kafka", ANY, "consumer", ANY, "status"), {"GET": "status"}),
    (("v3", "kafka", ANY, "consumer", ANY, "lag"), {"GET": "lag"}),
    (("v3", "config"), {"GET": "config"}),
    (("v3", "config", ANY), {"GET": "modules"}),
    (("v3", "config", ANY, ANY), {"GET": "module"}),
    (("v3", "admin", "loglevel"), {"GET": "loglevel", "POST": "set_loglevel"}),
)
KINDS = ("storage", "evaluator", "cluster", "consumer", "notifier")


@dataclass(frozen=True)
class Match:
    """Where a path leads: a handler with its names, a redirect, or the methods that would be allowed."""

    handler: str = ""
    names: Segments = ()
    location: str = ""
    allowed: tuple[str, ...] = field(default=())


def match(method: str, path: str) -> Match | None:
    """Find the route of a path whose names are still percent-encoded; None for an unknown one.

    As in Burrow's router, a trailing slash or another letter case redirects to the right path.
    """
    segments = tuple(path.strip("/").split("/")) if path.startswith("/") else ()
    methods = _methods(segments)
    if methods is None or path.endswith("/"):
        fixed = _fixed(segments)
        return Match(location="/" + "/".join(fixed)) if fixed else None
    if method in methods:
        return Match(methods[method], names_of(segments))
    return Match(allowed=tuple(sorted({*methods, "OPTIONS"})))


def names_of(segments: Segments) -> Segments:
    """Return the names in a path, decoded, at the wildcards of its route."""
    shape = next(shape for shape, _ in ROUTES if _fits(shape, segments, exactly=True))
    return tuple(unquote(segment) for segment, part in zip(segments, shape, strict=True) if part == ANY)


def _methods(segments: Segments) -> dict[str, str] | None:
    """Return the methods of a path; None for a kind of module that Burrow does not have."""
    if len(segments) > 2 and segments[:2] == ("v3", "config") and segments[2] not in KINDS:
        return None
    return next((methods for shape, methods in ROUTES if _fits(shape, segments, exactly=True)), None)


def _fixed(segments: Segments) -> Segments | None:
    """Return the path as it should have been written; None where no route matches."""
    shape = next((shape for shape, _ in ROUTES if _fits(shape, segments, exactly=False)), None)
    if shape is None:
        return None
    fixed = tuple(segment if part == ANY else part for segment, part in zip(segments, shape, strict=True))
    if fixed[:2] == ("v3", "config") and len(fixed) > 2:
        fixed = (*fixed[:2], fixed[2].lower(), *fixed[3:])
    return fixed if _methods(fixed) else None


def _fits(shape: Segments, segments: Segments, *, exactly: bool) -> bool:
    if len(shape) != len(segments):
        return False
    pairs = zip(shape, segments, strict=True)
    if exactly:
        return all(segment != "" if part == ANY else part == segment for part, segment in pairs)
    return all(segment != "" if part == ANY else part == segment.lower() for part, segment in pairs)
