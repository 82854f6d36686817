"""Unpacking a batch piece by piece: what a batch becomes when unpacked may be a thousand times as large.

Kafka's codecs by number: gzip, snappy, lz4, zstd (``attributes`` of a batch).
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO, Any

import cramjam
import lz4.frame
import zstandard

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
XERIAL = b"\x82SNAPPY\x00"  # how snappy-java begins; then two versions, and blocks with their lengths
XERIAL_HEAD = 16
SNAPPY_BYTES = 64_000_000  # that an unframed snappy batch may become; it cannot be unpacked in parts
WINDOW_BYTES = 1 << 27  # what zstd may look back on


class CompressionError(Exception):
    """A batch cannot be unpacked; the message says why."""


class Unpacked:
    """What a batch holds, unpacked as it is read."""

    def __init__(self, codec: int, payload: bytes) -> None:
        """Begin.

        Raises:
            CompressionError: the codec is unknown.
        """
        self.stream = opened(codec, payload)

    def read(self, size: int) -> bytes:
        """Return up to so many bytes, none at the end.

        Raises:
            CompressionError: what is compressed is damaged, or too large.
        """
        try:
            data: bytes = self.stream.read(size)
        except (OSError, EOFError, RuntimeError, ValueError, zlib.error, zstandard.ZstdError, MemoryError) as error:
            raise CompressionError(f"A batch cannot be decompressed: {error}.") from error
        return data


def opened(codec: int, payload: bytes) -> IO[bytes] | Any:
    """Return a file of what a payload holds."""
    source = io.BytesIO(payload)
    if codec == GZIP:
        return gzip.GzipFile(fileobj=source)
    if codec == LZ4:
        return lz4.frame.LZ4FrameFile(source)
    if codec == ZSTD:
        return zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).stream_reader(source, read_across_frames=True)
    if codec == SNAPPY:
        return Blocks(snappy_blocks(payload))
    raise CompressionError(f"A batch has an unknown compression codec ({codec}).")


class Blocks:
    """A file made of blocks, of which one is in memory at a time."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.rest = blocks, b""

    def read(self, size: int) -> bytes:
        """Return up to so many bytes, none at the end."""
        if not self.rest:
            self.rest = next(self.blocks, b"")
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


def snappy_blocks(payload: bytes) -> Iterator[bytes]:
    """Yield the blocks of snappy-java's framing, or the one of plain snappy."""
    if not payload.startswith(XERIAL):
        yield snappy_block(payload)
        return
    at = XERIAL_HEAD
    while at + 4 <= len(payload):
        size = int.from_bytes(payload[at : at + 4])
        yield snappy_block(payload[at + 4 : at + 4 + size])
        at += 4 + size


def snappy_block(block: bytes) -> bytes:
    """Unpack a block whose size, which it begins with, is bounded.

    Raises:
        CompressionError: it would be too large.
    """
    size = uncompressed_size(block)
    if size > SNAPPY_BYTES:
        raise CompressionError(f"A batch would have {size:,} bytes when decompressed; the limit is {SNAPPY_BYTES:,}.")
    unpacked = bytearray(size)
    cramjam.snappy.decompress_raw_into(block, unpacked)
    return bytes(unpacked)


def uncompressed_size(block: bytes) -> int:
    """Return the size that a snappy block says it has: a varint at its beginning."""
    size = 0
    for number, byte in enumerate(block[:5]):
        size |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            return size
    raise CompressionError("A batch cannot be decompressed: it is not a snappy block.")
