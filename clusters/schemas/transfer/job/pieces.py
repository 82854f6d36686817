"""The lines of an import as pieces, which a job's rows hold until it has ended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.db import transaction
from django.utils import timezone

from clusters.models import Job, JobPiece
from clusters.schemas.transfer.file_lines import Key, SchemaLine, SettingsLine, read_line

Line = SchemaLine | SettingsLine
PIECE_LINES, PIECE_CHARACTERS = 100, 500_000


@dataclass
class Pile:
    """Lines until they are a piece."""

    lines: list[Line] = field(default_factory=list)
    characters: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= PIECE_LINES or self.characters >= PIECE_CHARACTERS

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.characters += len(line.text) if isinstance(line, SchemaLine) else 0

    def take(self) -> list[Line]:
        """Return the lines, and begin again."""
        lines, self.lines, self.characters = self.lines, [], 0
        return lines


def pieces_of(lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield lines in pieces."""
    pile = Pile()
    for line in lines:
        pile.add(line)
        if pile.is_full:
            yield packed(pile.take())
    if pile.lines:
        yield packed(pile.take())


def packed(lines: Iterable[Line]) -> bytes:
    return "\n".join(line.written() for line in lines).encode("utf-8", "surrogatepass")


class StoredLines:
    """The lines of a job, read piece by piece."""

    def __init__(self, job: Job) -> None:
        """The first piece of a job with a source names its subjects."""
        self.job, self.first = job, 1 if job.parameters["source"] else 0
        self.read = lru_cache(maxsize=4)(self.read_piece)

    def read_piece(self, number: int) -> list[Line]:
        data = bytes(JobPiece.objects.get(job=self.job, number=self.first + number).data)
        text = data.decode("utf-8", "surrogatepass")
        return [read_line(at, line) for at, line in enumerate(text.split("\n"), 1)]

    def versions(self, number: int) -> list[SchemaLine]:
        return [line for line in self.read(number) if isinstance(line, SchemaLine)]

    def settings(self, pieces: int) -> list[SettingsLine]:
        """Return the last line of each subject."""
        lines = {line.subject: line for at in range(pieces) for line in self.read(at) if isinstance(line, SettingsLine)}
        return list(lines.values())

    def store(self, number: int, lines: Iterable[Line]) -> int:
        """Store a piece, in place of one that a killed worker left; return how many bytes it has.

        Raises:
            LeaseLost: another worker has the job.
        """
        data = packed(lines)
        with transaction.atomic():
            self.job.renew(timezone.now())
            JobPiece.objects.update_or_create(job=self.job, number=self.first + number, defaults={"data": data})
        return len(data)

    @cached_property
    def places(self) -> dict[Key, int]:
        """In which piece each version is."""
        count = JobPiece.objects.filter(job=self.job, number__gte=self.first).count()
        return {line.key: at for at in range(count) for line in self.versions(at)}

    def line(self, key: Key) -> SchemaLine | None:
        if key not in self.places:
            return None
        return next((line for line in self.versions(self.places[key]) if line.key == key), None)
