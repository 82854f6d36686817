"""Text, JSON and XML."""

import codecs
import json
import math
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from clusters.formats.content import DEEPEST, NOTHING, Content, Data, Plain, UndecodableError
from core.patterns import matches

HUGE = r"[eE]\+?[0-9]{3}|[0-9]{309}"  # what may be a number that no float is
CONTROL = bytes({*range(32)} - set(b"\t\n\r"))


def text_of(data: bytes, *, truncated: bool) -> str | None:
    """Decode UTF-8, without a character cut in two; None if it is not UTF-8, or has control characters."""
    if len(data.translate(None, CONTROL)) < len(data):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=not truncated)
    except UnicodeDecodeError:
        return None


def text(data: Data) -> Content:
    """Raises UndecodableError: not UTF-8, or with control characters."""
    decoded = text_of(data.raw, truncated=data.truncated)
    if decoded is None:
        raise UndecodableError("It is not text in UTF-8, or has control characters.")
    return Content(decoded)


def is_text(_: Data) -> str:
    return "It is text in UTF-8."


def json_document(data: Data) -> Content:
    """Return JSON as it is written, and its value. A part of a document is shown, without a value.

    Raises:
        UndecodableError: it is not JSON.
    """
    decoded = text(data).text
    if data.truncated:
        return Content(decoded)
    return Content(decoded, sendable_value(data.whole().decode()))


def sendable_value(document: str) -> Any:
    """Return what JSON says, to be written as JSON again: numbers that are none there (NaN, 1e999) become texts.

    Raises:
        UndecodableError: it is not JSON.
    """
    return json_value(document, SENDABLE_HUGE if matches(HUGE, document) else SENDABLE)


def finite(number: str) -> float | str:
    value = float(number)
    return value if math.isfinite(value) else number


# Made once: json.loads makes one each time.
PLAIN = json.JSONDecoder()
SENDABLE = json.JSONDecoder(parse_constant=str)
SENDABLE_HUGE = json.JSONDecoder(parse_constant=str, parse_float=finite)


def json_value(document: str, decoder: json.JSONDecoder = PLAIN) -> Any:
    """Raises UndecodableError: it is not JSON, or nested too deeply."""
    try:
        return decoder.decode(document)
    except json.JSONDecodeError as error:
        raise UndecodableError(f"It is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from error
    except RecursionError as error:
        raise UndecodableError("It is JSON that is nested too deeply.") from error
    except UndecodableError:  # of a decoder
        raise
    except ValueError as error:  # a number of too many digits
        raise UndecodableError(f"It is JSON with a number that is too long: {error}.") from error


def is_json(data: Data) -> str:
    return "It is an object or an array of JSON." if data.raw.lstrip()[:1] in {b"{", b"["} else ""


def xml(data: Data) -> Content:
    """Return XML as it is written, and its elements as mappings. Document types and entities are refused.

    Raises:
        UndecodableError: it is not well-formed, or has what is refused.
    """
    decoded = text(data).text
    if data.truncated:
        return Content(decoded)
    try:
        root = fromstring(data.whole())
    except DefusedXmlException as error:
        raise UndecodableError("It is XML with a document type or entities, which are not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UndecodableError(f"It is not XML: {error}.") from error
    return Content(decoded, Plain().of({root.tag: element_value(root, 1)}))


def element_value(element: Element, depth: int) -> Any:
    """Return an element's text, or a mapping of its attributes (``@name``), children and text (``#text``)."""
    if depth > DEEPEST:
        raise UndecodableError(f"It is nested deeper than {DEEPEST} levels.")
    content: dict[str, Any] = {f"@{name}": value for name, value in element.attrib.items()}
    for child in element:
        value, before = element_value(child, depth + 1), content.get(child.tag, NOTHING)
        if before is NOTHING:
            content[child.tag] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            content[child.tag] = [before, value]
    written = (element.text or "").strip()
    if not content:
        return written
    return content | ({"#text": written} if written else {})


def is_xml(data: Data) -> str:
    start = data.raw.lstrip()[:2]
    is_tag = len(start) == 2 and start[:1] == b"<" and (start[1:].isalpha() or start[1:] in {b"?", b"!"})
    return "It begins with a tag of XML." if is_tag else ""
