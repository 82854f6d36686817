"""Avro's object container files: a schema, and blocks of values, which may be compressed."""

import bz2
import io
import lzma
import zlib
from collections.abc import Iterator

import cramjam
import zstandard

from clusters.formats import avro
from clusters.formats.content import LARGEST, Content, Data, UndecodableError, structured

MAGIC = b"Obj\x01"
SYNC = 16
METADATA = avro.parse('{"type": "map", "values": "bytes"}')
SNAPPY_CHECKSUM = 4


def container_file(data: Data) -> Content:
    """Return the values of a file: a list, unless it holds a single one.

    Raises:
        UndecodableError: it is no such file, damaged, or becomes too large.
    """
    raw = data.whole()
    if not raw.startswith(MAGIC):
        raise UndecodableError("It is not an Avro file, which begins with “Obj” and 01.")
    walk = avro.Walk(raw, {}, len(MAGIC))
    walk.value(METADATA.parsed)
    metadata = avro.value_of(io.BytesIO(raw[len(MAGIC) : walk.at]), METADATA)
    schema = avro.parse(metadata.get("avro.schema", b"").decode("utf-8", "replace"))
    codec = metadata.get("avro.codec", b"null").decode("utf-8", "replace")
    walk.skip(SYNC)
    values = [value for block in blocks(walk, codec) for value in values_of(*block, schema)]
    return structured(values[0] if len(values) == 1 else values, f"{codec} codec" if codec != "null" else "")


def blocks(walk: avro.Walk, codec: str) -> Iterator[tuple[int, bytes]]:
    """Yield the count of values and the bytes of each block, all of which together are bounded."""
    left = LARGEST
    while walk.at < len(walk.raw):
        count, size = walk.long(), walk.long()
        start = walk.at
        walk.skip(size)
        unpacked = decompressed(walk.raw[start : walk.at], codec, left)
        left -= len(unpacked)
        walk.skip(SYNC)
        yield count, unpacked


def values_of(count: int, raw: bytes, schema: avro.AvroSchema) -> Iterator[object]:
    walk = avro.Walk(raw, schema.named)
    for _ in range(count):
        start = walk.at
        walk.value(schema.parsed)
        yield avro.value_of(io.BytesIO(raw[start : walk.at]), schema)


def decompressed(block: bytes, codec: str, limit: int) -> bytes:
    """Return what a block holds.

    Raises:
        UndecodableError: it is damaged, larger than the limit, or its codec is unknown.
    """
    try:
        raw = read_of(block, codec, limit + 1)
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
        raise UndecodableError(f"A block of the Avro file cannot be decompressed: {error}.") from error
    if len(raw) > limit:
        raise UndecodableError(f"The Avro file has more than {LARGEST:,} bytes when decompressed.")
    return raw


def read_of(block: bytes, codec: str, size: int) -> bytes:
    if codec == "null":
        return block
    if codec == "deflate":
        return zlib.decompressobj(-15).decompress(block, size)
    if codec == "bzip2":
        return bz2.BZ2Decompressor().decompress(block, size)
    if codec == "xz":
        return lzma.LZMADecompressor(memlimit=64 * LARGEST).decompress(block, size)
    if codec == "zstandard":
        reader = zstandard.ZstdDecompressor(max_window_size=16 * LARGEST).stream_reader(io.BytesIO(block))
        return bytes(reader.read(size))
    if codec == "snappy":
        return snappy(block[:-SNAPPY_CHECKSUM], size)
    raise UndecodableError(f"The Avro file has an unknown codec ({codec[:20]}).")


def snappy(block: bytes, size: int) -> bytes:
    expected = cramjam.snappy.decompress_raw_len(block)
    if expected > size:
        raise UndecodableError(f"The Avro file has more than {LARGEST:,} bytes when decompressed.")
    return bytes(cramjam.snappy.decompress_raw(block))


def is_container_file(data: Data) -> str:
    return "It begins as an Avro file does." if data.raw.startswith(MAGIC) else ""
