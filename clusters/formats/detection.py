"""Which format a key or a value has, and what it says: the chosen format, or the first that fits."""

from dataclasses import dataclass

from clusters.formats import primitives
from clusters.formats.catalogue import Format, format_called, formats
from clusters.formats.content import NOTHING, Content, Data, UndecodableError
from clusters.formats.plain_text import text_of
from clusters.formats.schemas import SchemaError

BINARY = "binary"


@dataclass(frozen=True)
class Decoded:
    """What bytes say. ``format`` is empty where bytes are shown; ``problem`` tells why, where that was not meant.

    ``why`` tells what the format was chosen by.
    """

    content: Content
    format: str
    label: str
    why: str
    problem: str = ""
    advice: str = ""


def decode(data: Data, chosen: str = "", why: str = "") -> Decoded:
    """Decode by the chosen format, or by what the bytes look like; what cannot be decoded is shown as text or bytes."""
    chosen_format = format_called(chosen)
    if chosen_format is not None:
        return by_format(data, chosen_format, why or "Chosen.")
    refusal = None
    for each in formats().values():
        reason = each.recognise(data) if each.recognise else ""
        decoded = by_format(data, each, reason) if reason else None
        if decoded and not decoded.problem:
            return decoded if refusal is None else with_problem(decoded, refusal)
        refusal = refusal or (decoded if decoded and is_certain(each) else None)
    return refusal or as_bytes(data)


def is_certain(recognised: Format) -> bool:
    """Tell whether a format is recognised beyond doubt, so that what hinders decoding it is worth telling."""
    return recognised.name in {"kafka", "mirrormaker", "schema", "avro-file"}


def by_format(data: Data, chosen: Format, why: str) -> Decoded:
    """Decode by one format; on failure the bytes are shown, and why."""
    try:
        content = chosen.decode(data)
        return Decoded(content, chosen.name, content.label or chosen.label, why)
    except UndecodableError as error:
        shown = as_bytes(data)
        advice = error.advice if isinstance(error, SchemaError) else ""
        return Decoded(shown.content, shown.format, shown.label, why, f"Not decoded as {chosen.label}: {error}", advice)


def with_problem(decoded: Decoded, refusal: Decoded) -> Decoded:
    return Decoded(decoded.content, decoded.format, decoded.label, decoded.why, refusal.problem, refusal.advice)


def as_bytes(data: Data) -> Decoded:
    """Show text where it is text, else hexadecimal digits, and what numbers they may be."""
    text = text_of(data.raw, truncated=data.truncated)
    if text is not None:
        return Decoded(Content(text), "text", "Text", "It is text in UTF-8.")
    guesses = [] if data.truncated else [guess for guess in primitives.guesses_of(data.raw) if guess]
    note = f"binary; it may be: {', '.join(guesses)}" if guesses else BINARY
    return Decoded(Content(data.raw[: primitives.HEX].hex(" "), NOTHING, note), "", "Binary", "No format fits.")
