"""The first part of taking over a registry: its lines are stored, so that what is registered does not change."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from clusters.gateway.errors import InvalidRequest, NotFound
from clusters.gateway.registry.client import Registry
from clusters.gateway.registry.subjects import GLOBAL
from clusters.models import Job, JobPiece, SchemaRegistry
from clusters.schemas.transfer.exporting import SourceRegistry
from clusters.schemas.transfer.file_lines import SchemaLine
from clusters.schemas.transfer.job.pieces import Pile, StoredLines
from clusters.schemas.transfer.job.standing import Standing
from clusters.schemas.transfer.ordering import Walk

SECONDS = 86_400.0  # a job is not bounded as a whole, but each request is
EACH = 10.0
SLICE = 1.5  # seconds
MOST_BYTES = 200_000_000
TOO_LARGE = InvalidRequest(
    "The registry's schemas are too large for a job.",
    "Use `kafkaadmin schemas export` and `kafkaadmin schemas import`.",
)


def client_of(row: SchemaRegistry) -> Registry:
    return Registry(row.connection(), seconds=SECONDS, each=EACH)


class Reader:
    """Stores lines in pieces, and tells when it is time to."""

    def __init__(self, stored: StoredLines, standing: Standing) -> None:
        self.stored, self.standing, self.pile, self.began = stored, standing, Pile(), time.monotonic()

    @property
    def is_due(self) -> bool:
        return self.pile.is_full or time.monotonic() - self.began > SLICE

    def store(self, *, names: int = 0, settings: int = 0) -> Standing:
        """Store the lines as the next piece, if there are any, and return where that stands.

        Raises:
            InvalidRequest: they are too many.
            LeaseLost: another worker has the job.
        """
        lines, self.began = self.pile.take(), time.monotonic()
        if lines:
            size = self.standing.size + self.stored.store(self.standing.pieces, lines)
            versions = self.standing.versions + sum(isinstance(line, SchemaLine) for line in lines)
            self.standing = replace(self.standing, pieces=self.standing.pieces + 1, size=size, versions=versions)
        if self.standing.size > MOST_BYTES:
            raise TOO_LARGE
        self.standing = replace(self.standing, names=names or self.standing.names, settings=settings)
        return self.standing


def read_source(job: Job, row: SchemaRegistry, stored: StoredLines, standing: Standing) -> Iterator[Standing]:
    """Store what a registry has of the subjects that the first piece names, from where it stands.

    Raises:
        KafkaFailure: with the cause.
    """
    names: list[str] = json.loads(bytes(JobPiece.objects.get(job=job, number=0).data))
    source, reader = SourceRegistry(client_of(row), set(names).__contains__), Reader(stored, standing)
    done = {line.key for number in range(standing.pieces) for line in stored.versions(number)}
    walk = Walk(partial(versions_of, source), source.version, done)
    for at in range(standing.names, len(names)):
        for line in walk.through(names[at]):
            reader.pile.add(line)
            if reader.is_due:
                yield reader.store(names=at)
        if reader.is_due or at + 1 == len(names):
            yield reader.store(names=at + 1)
    subjects = [*names, GLOBAL] if job.parameters["configure"] else []
    for at in range(standing.settings, len(subjects)):
        for settings in source.settings(subjects[at]):
            reader.pile.add(settings)
        if reader.is_due or at + 1 == len(subjects):
            yield reader.store(settings=at + 1)
    yield replace(reader.standing, is_read=True)


def versions_of(source: SourceRegistry, subject: str) -> list[int]:
    """Return a subject's versions: none of one that was deleted meanwhile."""
    try:
        return source.versions(subject)
    except NotFound:
        return []
