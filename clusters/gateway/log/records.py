"""The records of a batch, one at a time: of what is long, only the beginning is kept, and the rest is passed over."""

from collections.abc import Iterator
from dataclasses import dataclass

from clusters.gateway.log.batches import Batch
from clusters.gateway.log.compression import CompressionError, Unpacked

PIECE = 65_536  # bytes unpacked at once
WHOLE_BYTES = 4_000_000  # of a batch that is unpacked as a whole
HELD_BYTES = 1_000_000  # of a batch that is unpacked before its records are read
VARINT = 10  # bytes at most


@dataclass(frozen=True, slots=True)
class Keep:
    """How many bytes are kept: of a key, of a value, of all headers together; and how many headers."""

    key: int
    value: int
    headers: int
    count: int = 100


@dataclass(frozen=True, slots=True)
class Record:
    """A record. Of a long key, value or header only the beginning is kept; sizes are those of the whole, in bytes.

    ``time_ms`` is None where it has none; ``appended`` tells whether the broker, not the producer, set it.
    ``transaction`` is ``aborted``, ``open`` where its end is not known yet, else empty. ``headers`` may be fewer than
    ``header_count``, and their names are cut as their values are: name, value, size of the value. ``masked`` names the
    parts that are not what was written, but what may be seen of it.
    """

    partition: int
    offset: int
    time_ms: int | None
    appended: bool
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None, int], ...]
    key_size: int
    value_size: int
    header_count: int = 0
    transaction: str = ""
    masked: tuple[str, ...] = ()

    def part(self, name: str) -> tuple[bytes | None, int]:
        """Return what is kept of its ``key`` or its ``value``, and the size of the whole."""
        return (self.key, self.key_size) if name == "key" else (self.value, self.value_size)

    @property
    def held(self) -> int:
        """Bytes that are kept of it."""
        headers = sum(len(name) + len(value or b"") for name, value, _ in self.headers)
        return len(self.key or b"") + len(self.value or b"") + headers


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked."""

    left: int


class BudgetSpentError(Exception):
    """No more bytes may be unpacked."""


class Bytes:
    """The unpacked bytes of a batch, of which a piece is in memory at a time. ``place`` counts all that was read."""

    __slots__ = ("at", "budget", "data", "dropped", "source")

    def __init__(self, batch: Batch, budget: Budget) -> None:
        self.source = Unpacked(batch.codec, bytes(batch.payload)) if batch.codec else None
        self.data, self.at, self.dropped, self.budget = b"" if batch.codec else bytes(batch.payload), 0, 0, budget

    @property
    def place(self) -> int:
        return self.dropped + self.at

    def is_held(self, most: int) -> bool:
        """Unpack up to so many bytes at the beginning; tell whether these are all.

        Raises:
            CompressionError: the batch is damaged.
            BudgetSpentError: the bytes that may be unpacked are used up.
        """
        if self.source is None:
            return True
        pieces, size = [self.data], len(self.data)
        while size <= most and self.budget.left > 0:
            piece = self.source.read(PIECE)
            if not piece:
                self.data, self.source = b"".join(pieces), None
                return True
            pieces.append(piece)
            size += len(piece)
            self.budget.left -= len(piece)
        self.data = b"".join(pieces)
        return False

    def fill(self) -> bool:
        """Unpack another piece behind what is not read yet; tell whether there was one.

        Raises:
            CompressionError: the batch is damaged.
            BudgetSpentError: the bytes that may be unpacked are used up.
        """
        if self.source is None:
            return False
        if self.budget.left <= 0:
            raise BudgetSpentError
        piece = self.source.read(PIECE)
        self.budget.left -= len(piece)
        self.dropped += self.at
        self.data, self.at = self.data[self.at :] + piece, 0
        return bool(piece)

    def varint(self) -> int:
        """Return a signed number (zigzag)."""
        while len(self.data) - self.at < VARINT and self.fill():
            pass
        byte = self.data[self.at]
        self.at += 1
        if byte < 0x80:  # nearly always
            return (byte >> 1) ^ -(byte & 1)
        value, shift = byte & 0x7F, 7
        while byte >= 0x80:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
        return (value >> 1) ^ -(value & 1)

    def take(self, size: int, keep: int) -> bytes:
        """Return the beginning of the next ``size`` bytes, and pass over the rest."""
        keep = min(size, keep)
        while len(self.data) - self.at < keep and self.fill():
            pass
        kept = self.data[self.at : self.at + keep]
        self.skip(size)
        return kept

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield the next bytes, as they are unpacked."""
        while size > 0:
            if self.at == len(self.data) and not self.fill():
                raise CompressionError("A batch ends early.")
            piece = self.data[self.at : self.at + min(size, PIECE)]
            self.at += len(piece)
            size -= len(piece)
            yield piece

    def skip(self, size: int) -> None:
        """Pass over bytes without keeping them."""
        while size > len(self.data) - self.at:
            size -= len(self.data) - self.at
            self.at = len(self.data)
            if not self.fill():
                raise CompressionError("A batch ends early.")
        self.at += size


class Held(Bytes):
    """Bytes that are all in memory."""

    __slots__ = ()

    def __init__(self, data: bytes, at: int) -> None:
        self.source, self.data, self.at, self.dropped, self.budget = None, data, at, 0, Budget(0)


def records(
    batch: Batch, partition: int, start: int, keep: Keep, budget: Budget, transaction: str = ""
) -> Iterator[Record]:
    """Yield the records of a batch from an offset on.

    Raises:
        CompressionError: it cannot be unpacked.
        BudgetSpentError: it becomes too large for the budget.
    """
    data = Bytes(batch, budget)
    try:
        if data.is_held(HELD_BYTES):
            yield from records_in(data.data, batch, partition, start, keep, transaction)
            return
        for _ in range(batch.count):
            size = data.varint()
            end = data.place + size
            data.skip(1)  # attributes, of which none is used
            time_delta, offset = data.varint(), batch.base_offset + data.varint()
            if offset < start:
                data.skip(end - data.place)
                continue
            key_size = data.varint()
            key = None if key_size < 0 else data.take(key_size, keep.key)
            value_size = data.varint()
            value = None if value_size < 0 else data.take(value_size, keep.value)
            count = data.varint()
            headers = read_headers(data, count, keep) if count else ()
            data.skip(end - data.place)
            moment = batch.max_time if batch.appended else batch.base_time + time_delta
            yield Record(
                partition, offset, moment if moment >= 0 else None, batch.appended, key, value, headers,
                max(0, key_size), max(0, value_size), count, transaction,
            )  # fmt: skip
    except IndexError as error:
        raise CompressionError("A batch ends early.") from error


def records_in(data: bytes, batch: Batch, partition: int, start: int, keep: Keep, transaction: str) -> Iterator[Record]:
    """Yield the records of a batch, all of which is in memory, from an offset on."""
    at, count = 0, batch.count
    if count == batch.last_offset - batch.base_offset + 1:  # none is missing, so that the first ones need no look
        passed = max(0, min(start - batch.base_offset, count))
        for _ in range(passed):
            size, at = varint_at(data, at)
            at += size
        count -= passed
    for _ in range(count):
        size, at = varint_at(data, at)
        end = at + size
        time_delta, at = varint_at(data, at + 1)
        delta, at = varint_at(data, at)
        if batch.base_offset + delta >= start:
            yield record_at(data, at, end, batch, partition, time_delta, delta, keep, transaction)
        at = end


def record_at(
    data: bytes, at: int, end: int, batch: Batch, partition: int, time_delta: int, delta: int, keep: Keep,
    transaction: str,
) -> Record:  # fmt: skip
    """Return the record whose key is at a place."""
    if end > len(data):
        raise IndexError
    key_size, at = varint_at(data, at)
    key = None if key_size < 0 else data[at : at + min(key_size, keep.key)]
    value_size, at = varint_at(data, at + max(0, key_size))
    value = None if value_size < 0 else data[at : at + min(value_size, keep.value)]
    count, at = varint_at(data, at + max(0, value_size))
    headers = read_headers(Held(data, at), count, keep) if count else ()
    moment = batch.max_time if batch.appended else batch.base_time + time_delta
    return Record(
        partition, batch.base_offset + delta, moment if moment >= 0 else None, batch.appended, key, value, headers,
        max(0, key_size), max(0, value_size), count, transaction,
    )  # fmt: skip


def varint_at(data: bytes, at: int) -> tuple[int, int]:
    """Return a signed number (zigzag), and the place behind it."""
    byte = data[at]
    if byte < 0x80:  # nearly always
        return (byte >> 1) ^ -(byte & 1), at + 1
    value, shift = byte & 0x7F, 7
    while byte >= 0x80:
        at += 1
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift += 7
    return (value >> 1) ^ -(value & 1), at + 1


def unpacked(batch: Batch, budget: Budget) -> bytes | None:
    """Return all bytes of a batch; None if they are more than are borne at once.

    Raises:
        CompressionError: it cannot be unpacked.
        BudgetSpentError: it becomes too large for the budget.
    """
    if not batch.codec:
        return bytes(batch.payload) if len(batch.payload) <= WHOLE_BYTES else None
    source, pieces, size = Unpacked(batch.codec, bytes(batch.payload)), list[bytes](), 0
    while size <= WHOLE_BYTES:
        if budget.left <= 0:
            raise BudgetSpentError
        piece = source.read(WHOLE_BYTES + 1 - size)
        budget.left -= len(piece)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    return None


def read_headers(data: Bytes, count: int, keep: Keep) -> tuple[tuple[str, bytes | None, int], ...]:
    """Return the first headers, within the bytes that are kept of all of them; the others are left unread."""
    left = keep.headers
    headers: list[tuple[str, bytes | None, int]] = []
    for _ in range(min(count, keep.count)):
        if left <= 0:
            break
        name = data.take(data.varint(), left)
        size = data.varint()
        value = None if size < 0 else data.take(size, max(0, left - len(name)))
        headers.append((name.decode("utf-8", "replace"), value, max(0, size)))
        left -= len(name) + len(value or b"")
    return tuple(headers)


def pieces_of(batch: Batch, offset: int, part: str, budget: Budget) -> tuple[int, Iterator[bytes]] | None:
    """Return the size and the bytes of one record's ``key`` or ``value``; None where it is null, or not there.

    Raises:
        CompressionError: the batch cannot be unpacked.
        BudgetSpentError: it becomes too large for the budget.
    """
    data = Bytes(batch, budget)
    for _ in range(batch.count):
        size = data.varint()
        end = data.place + size
        data.skip(1)
        data.varint()
        if batch.base_offset + data.varint() != offset:
            data.skip(end - data.place)
            continue
        length = data.varint()
        if part == "value":
            data.skip(max(0, length))
            length = data.varint()
        return None if length < 0 else (length, data.pieces(length))
    return None
