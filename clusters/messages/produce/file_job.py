"""Writing the records of a file, as a job: each piece of it is a slice, written in a transaction of its own."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import astuple
from typing import Any

import msgpack

from clusters.gateway.writing.produce import NewRecord
from clusters.gateway.writing.slices import SliceWriter, forget
from clusters.jobs.kinds import Checkpoint, Need
from clusters.messages.produce.plan import MOVED
from clusters.models import Cluster, Job, JobPiece
from core.plan import Plan, Step
from core.web.formats import plural, size
from core.web.paths import reverse

ACTION = "messages.produce"
NAME = "produce-file"
PIECE_RECORDS, PIECE_BYTES = 2_000, 500_000
ONCE = "Exactly once (transactions)"
AT_LEAST_ONCE = "At least once: Kafka does not allow transactions, so an interruption may write up to one slice twice"


def delivery(*, exactly_once: bool) -> str:
    return ONCE if exactly_once else AT_LEAST_ONCE


def pieces_of(records: Iterable[NewRecord]) -> Iterator[tuple[int, bytes]]:
    """Yield records in pieces, each with how many they are."""
    piece: list[bytes] = []
    held = 0
    for record in records:
        packed: bytes = msgpack.packb(astuple(record))
        if piece and (held + len(packed) > PIECE_BYTES or len(piece) == PIECE_RECORDS):
            yield len(piece), b"".join(piece)
            piece, held = [], 0
        piece.append(packed)
        held += len(packed)
    if piece:
        yield len(piece), b"".join(piece)


def records_of(data: bytes) -> list[NewRecord]:
    unpacker = msgpack.Unpacker(use_list=False)
    unpacker.feed(data)
    return [NewRecord(*fields) for fields in unpacker]


class ProduceFile:
    """Its parameters are ``topic``, ``file``, ``counts`` of the pieces, ``bytes``, ``digest``, ``notes``, ``writer``.

    ``compacted`` tells whether the topic was compacted; ``keyless``, ``tombstones`` and ``timed_zero`` are counts.
    """

    unit = "record"
    changes = True

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        """Plan the file's records; its digest tells it from others."""
        topic, count = parameters["topic"], sum(parameters["counts"])
        text = f"{plural(count, 'record')} ({size(parameters['bytes'])}) of {parameters['file']}"
        steps = [Step(f"records in {topic}", None, f"{text}, SHA-256 {parameters['digest']}")]
        steps += [Step(subject, None, note) for subject, note in parameters["notes"].items()]
        return Plan(ACTION, topic, tuple(steps), tuple(warnings(parameters)))

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        return (Need(cluster.slug, ACTION, parameters["topic"], True),)

    def describe(self, parameters: Mapping[str, Any]) -> str:
        return f"Produce {parameters['file']} to {parameters['topic']}"

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Write the pieces from the cursor on, or from where Kafka says that they end."""
        counts: list[int] = job.parameters["counts"]
        with closing(
            SliceWriter(job.cluster.connection(), job.parameters["topic"], job.parameters["writer"])
        ) as writer:
            at = max(job.cursor.get("piece", 0), writer.last_written() or 0)
            while at < len(counts):
                data = JobPiece.objects.get(job=job, number=at).data
                writer.write(records_of(bytes(data)), at + 1)
                at += 1
                result = {"delivery": delivery(exactly_once=writer.exactly_once)}
                yield Checkpoint({"piece": at}, sum(counts[:at]), sum(counts), result)

    def facts(self, job: Job) -> list[tuple[str, str]]:
        return [("Records written", f"{job.done:,}"), ("Delivery", job.result["delivery"])] if job.result else []

    def link(self, job: Job) -> tuple[str, str] | None:
        topic = job.parameters["topic"]
        return f"Messages of {topic}", reverse("topic-messages", job.cluster.slug, topic)

    def end(self, job: Job) -> None:
        forget(job.cluster.connection(), job.parameters["writer"])


def warnings(parameters: Mapping[str, Any]) -> list[str]:
    """Return what to consider before the records are there: they cannot be taken back."""
    topic, sentences = parameters["topic"], []
    if topic.startswith("__"):
        sentences.append(
            "This is an internal topic of Kafka: what is written here can break every consumer of the cluster."
        )
    if parameters["compacted"] and parameters["keyless"]:
        sentences.append(
            f"The topic is compacted: Kafka refuses {plural(parameters['keyless'], 'record')} without a key, "
            "and the job fails there."
        )
    if parameters["compacted"] and parameters["tombstones"]:
        sentences.append(
            f"{plural(parameters['tombstones'], 'record')} with a null value: compaction deletes what is stored "
            "under their keys."
        )
    if number := parameters.get("timed_zero"):
        sentences.append(f"{MOVED} This concerns {plural(number, 'record')}.")
    return sentences


PRODUCE_FILE = ProduceFile()
