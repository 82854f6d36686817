"""The records to copy: which range a query means, pinned when it is previewed, and reading it slice by slice.

Kafka requests: to pin, one describe, two list-offsets per leader and one more for each time; then fetches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clusters.gateway import offsets
from clusters.gateway.errors import InvalidRequest, NotAuthorized, TimedOut
from clusters.gateway.log.records import Keep, Record
from clusters.gateway.reading.records import Reader, Reading, Span
from clusters.gateway.writing.produce import NO_TIME, NewRecord
from clusters.messages.export.records import cut_parts
from clusters.messages.forms import AROUND, MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.own_types import OwnTypes
from clusters.messages.reading import offset_ranges
from clusters.messages.reading.bounds import bounded, first_places
from clusters.messages.reading.search import search_of
from clusters.messages.reading.topic import TopicLog, require_same, require_same_id, topic_log
from clusters.messages.replay.standing import Standing
from clusters.models import Cluster

WHOLE = Keep(key=1_000_000, value=10_000_000, headers=1_000_000, count=10_000)
SECONDS = 1.5  # that reading a slice may take
PIN_SECONDS = 5.0
SLICE = 2_000  # records of a slice, at most
CHOOSE_ANEW = "The records that were chosen are gone: choose records of the new one."
MASKED = NotAuthorized("The records of this topic are masked.", "Copying them needs messages.unmask.")


def pinned(cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm) -> dict[int, Span]:
    """Return the range that a valid form means now, by partition.

    Raises:
        KafkaFailure: it is not known of all partitions.
    """
    chosen = {(topic, partition): leaders[partition] for partition in sorted(form.chosen)}
    marks, failures = offsets.watermarks(cluster.connection(), chosen, leaders=chosen, timeout=PIN_SECONDS)
    existing = offset_ranges.known_spans({partition: mark for (_, partition), mark in marks.items()})
    available, unbounded = bounded(cluster.connection(), topic, existing, form, timeout=PIN_SECONDS)
    for failure in (*failures, *unbounded):
        raise TimedOut(f"{failure.subject}: {failure.sentence}", "Try again, or choose the other partitions.")
    if form.cleaned_data["seek"] == AROUND and not form.newest:
        places = first_places(available, form)
        available = {partition: Span(places[partition], span.end) for partition, span in available.items()}
    return {partition: span for partition, span in available.items() if span.start < span.end}


@dataclass(frozen=True)
class Slice:
    """Records that were read, and where the copy stands once they are written."""

    records: list[Record]
    after: Standing


@dataclass
class Source:
    """A topic's records that a query chooses. A new one asks which brokers lead."""

    cluster: Cluster
    topic: str
    query: Mapping[str, str]
    clear: bool
    topic_id: str | None = None

    def __post_init__(self) -> None:
        """Ask who leads.

        Raises:
            KafkaFailure: nobody answers, or there is no such topic, but perhaps another one of its name.
        """
        log = topic_log(self.cluster, self.topic)
        self.leaders = log.leaders
        self.chosen = TopicLog(self.cluster.slug, self.topic, self.leaders, self.topic_id)
        require_same_id(self.chosen, log, CHOOSE_ANEW)
        self.form = MessagesForm(dict(self.query), log=log, types=OwnTypes(self.cluster))
        if not self.form.is_valid():
            raise InvalidRequest("The query is no longer valid: partitions or values do not exist any more.")
        self.search = search_of(self.cluster, self.topic, self.leaders, self.form, clear=True)

    def check_topic(self) -> None:
        """Refuse what may not be the records that were chosen.

        Raises:
            KafkaFailure: another topic has the name by now, or none.
        """
        require_same(self.cluster, self.chosen, CHOOSE_ANEW)

    def check_masks(self) -> None:
        """Refuse records that are masked by now, unless their reader may see clear values.

        Raises:
            NotAuthorized: they are.
        """
        self.cluster.refresh_from_db(fields=["masking", "formats"])
        if not self.clear and masking_of(self.cluster, self.topic):
            raise MASKED

    def read(self, standing: Standing, spans: Mapping[int, Span], most: int) -> Slice:
        """Read the next records, at most so many.

        Raises:
            KafkaFailure: they cannot be read, or not whole, now or at all.
        """
        self.check_masks()
        left = dict(list(standing.unfinished(spans).items())[:most])
        committed = self.form.cleaned_data["isolation"] != "all"
        undecided = self.search.record_filter.undecided
        reader = Reader(
            self.cluster.connection(), self.topic, left, leaders=self.leaders, keep=WHOLE, committed=committed,
            may_match=self.search.record_filter.may_match,
        )  # fmt: skip
        reading = reader.read(self.search.record_filter, max(1, most // len(left)), newest=False, seconds=SECONDS)
        records = [record for partition in sorted(left) for record in reading.records[partition]]
        check_whole(reading, records)
        self.check_topic()
        after = replace(
            self.passed(standing, reading, spans),
            copied=standing.copied + len(records),
            undecided=standing.undecided + self.search.record_filter.undecided - undecided,
        )
        if after.places == standing.places:
            raise TimedOut(f"{self.topic}: partition {min(left)} cannot be read now.", "Check its leader.")
        return Slice(records, after)

    def passed(self, standing: Standing, reading: Reading, spans: Mapping[int, Span]) -> Standing:
        """Return where reading has got to; beyond what was deleted, and beyond what is not committed."""
        places, gone, left_out = {**standing.places, **reading.reached}, 0, 0
        deleted = {(self.topic, partition): self.leaders[partition] for partition in reading.deleted}
        marks = offsets.watermarks(self.cluster.connection(), deleted, leaders=deleted)[0] if deleted else {}
        for (_, partition), mark in marks.items():
            low = min(mark.low if mark.low is not None else places[partition], spans[partition].end)
            gone += max(0, low - places[partition])
            places[partition] = max(low, places[partition])
        for partition in reading.open_from if self.form.cleaned_data["isolation"] != "all" else ():
            if reading.records[partition] or places[partition] > standing.places[partition]:
                continue  # it is read again, from where the transaction begins
            left_out += spans[partition].end - places[partition]
            places[partition] = spans[partition].end
        return replace(standing, places=places, gone=standing.gone + gone, open=standing.open + left_out)


def check_whole(reading: Reading, records: list[Record]) -> None:
    """Refuse what would not be copied exactly.

    Raises:
        InvalidRequest: a batch or a record cannot be read whole.
    """
    for partition, why in sorted(reading.unreadable.items()):
        raise InvalidRequest(f"Partition {partition}: {why}", "Choose the records before and behind it.")
    for record in records:
        if cut_parts(record):
            raise InvalidRequest(
                f"The record at offset {record.offset:,} of partition {record.partition} is too large to be copied.",
                "Choose the records before and behind it.",
            )


def copy_of(record: Record, *, same_partition: bool, same_time: bool) -> NewRecord:
    headers = tuple((name, value) for name, value, _ in record.headers)
    partition = record.partition if same_partition else None
    time_ms = NO_TIME if record.time_ms is None else record.time_ms
    return NewRecord(record.key, record.value, headers, partition, time_ms if same_time else None)
