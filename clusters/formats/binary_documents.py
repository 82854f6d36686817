"""MessagePack and CBOR."""

import io
from collections.abc import Callable
from typing import Any

import cbor2
import msgpack

from clusters.formats.content import DEEPEST, Content, Data, UndecodableError, structured

SELF_DESCRIBED = b"\xd9\xd9\xf7"  # CBOR's tag 55799, whose only meaning is that this is CBOR
# Tags that cbor2 would act on, and whose effect is out of proportion to their bytes: references, regular expressions, …
INERT_TAGS = (5, 25, 28, 29, 30, 35, 36, 256, 258, 260, 261, 43000)


def message_pack(data: Data) -> Content:
    """Raises UndecodableError: not one whole MessagePack document."""
    try:
        value = msgpack.unpackb(data.whole(), timestamp=3, strict_map_key=False, ext_hook=extension)
    except msgpack.ExtraData as error:
        raise UndecodableError("It is not MessagePack: there are bytes behind its first value.") from error
    except msgpack.StackError as error:
        raise UndecodableError("It is MessagePack that is nested too deeply.") from error
    except (ValueError, TypeError, OverflowError, msgpack.UnpackException) as error:
        raise UndecodableError(f"It is not MessagePack: {error}.") from error
    return structured(value)


def extension(code: int, content: bytes) -> dict[str, Any]:
    return {"extension": code, "data": content}


def is_message_pack(data: Data) -> str:
    """Recognise maps and arrays only: nearly any bytes begin with a MessagePack number."""
    first = data.raw[0] if data.raw else 0
    is_map, is_array = 0x81 <= first <= 0x8F or first in {0xDE, 0xDF}, 0x91 <= first <= 0x9F or first in {0xDC, 0xDD}
    return f"The whole of it is {'a map' if is_map else 'an array'} of MessagePack." if is_map or is_array else ""


def cbor(data: Data) -> Content:
    """Raises UndecodableError: not one whole CBOR document."""
    file = io.BytesIO(data.whole())
    decoders = {tag: inert(tag) for tag in INERT_TAGS}
    try:
        value = cbor2.CBORDecoder(file, semantic_decoders=decoders, max_depth=DEEPEST).decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise UndecodableError(f"It is not CBOR: {error}.") from error
    if file.read(1):
        raise UndecodableError("It is not CBOR: there are bytes behind its first value.")
    return structured(untagged(value))


def inert(tag: int) -> Callable[[Any, bool], Any]:
    return lambda value, _: cbor2.CBORTag(tag, value)


def untagged(value: Any, depth: int = 0) -> Any:
    """Return a value with its tags as mappings, and what JSON does not know as None."""
    if depth > DEEPEST:
        raise UndecodableError(f"It is nested deeper than {DEEPEST} levels.")
    if isinstance(value, cbor2.CBORTag):
        return {"tag": value.tag, "value": untagged(value.value, depth + 1)}
    if isinstance(value, cbor2.CBORSimpleValue):
        return {"simple": value.value}
    if isinstance(value, dict):
        return {untagged_key(key): untagged(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [untagged(each, depth + 1) for each in value]
    return None if value is cbor2.undefined else value


def untagged_key(key: Any) -> Any:
    return repr(key) if isinstance(key, cbor2.CBORTag | cbor2.CBORSimpleValue) else key


def is_cbor(data: Data) -> str:
    """Recognise what says that it is CBOR, and maps, which few other bytes are to their last one."""
    if data.raw.startswith(SELF_DESCRIBED):
        return "It begins with CBOR's own tag."
    first = data.raw[0] if data.raw else 0
    return "The whole of it is a map of CBOR." if 0xA1 <= first <= 0xBB or first == 0xBF else ""
