"""Keys and values as a search decodes them, and how many records it could not decode, with the reasons."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from clusters.formats.content import NOTHING, Content
from clusters.formats.detection import Decoded
from clusters.gateway.log.records import Record
from clusters.messages.decoding import AS_WRITTEN, Decoding
from clusters.messages.filters.documents import Documents


@dataclass
class SearchedValues:
    """Decodes what one request searches; a record that has a problem counts once."""

    decoding: Decoding
    problems: Counter[str] = field(default_factory=Counter)
    last: tuple[int, int] | None = None  # the last record that had a problem

    @property
    def documents(self) -> Documents:
        """What filters look into."""
        return Documents(self.value, self.unwritten, self.decoding.is_as_written)

    def value(self, record: Record, part: str) -> Any:
        """Return a key or value of JSON's types, ``NOTHING`` where it has no such form."""
        decoded = self.decoded(record, part)
        return decoded.content.value if decoded else NOTHING

    def unwritten(self, record: Record, part: str) -> Content | None:
        """Return what a key or value says that is not written in its bytes; None where they are the text."""
        raw, _ = record.part(part)
        if raw is None or not self.decoding.is_encoded(record, part, raw):
            return None
        decoded = self.decoded(record, part)
        return decoded.content if decoded and decoded.format and decoded.format not in AS_WRITTEN else None

    def decoded(self, record: Record, part: str) -> Decoded | None:
        decoded = self.decoding.decoded(record, part)
        place = (record.partition, record.offset)
        if decoded and decoded.problem and place != self.last:
            self.problems[decoded.problem] += 1
            self.last = place
        return decoded
