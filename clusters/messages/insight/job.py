"""Counting what a topic's records are like, as a job: a sample of the last ones of each partition, or all of them."""

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import Span
from clusters.jobs.kinds import Checkpoint, Need
from clusters.messages.decoding import Decoding, decoding_of
from clusters.messages.insight.reading import counted, pinned
from clusters.messages.insight.report import BYTES, NULL, facts_of
from clusters.messages.insight.tally import Tally, from_json
from clusters.messages.reading.topic import TopicLog, require_same, topic_log
from clusters.messages.replay.standing import Standing, beginning, spans_as_json, spans_from_json
from clusters.messages.replay.standing import from_json as standing_from_json
from clusters.models import Cluster, Job
from core.plan import Plan, Step
from core.web.formats import plural
from core.web.paths import reverse

ACTION = "messages.view"
NAME = "insight"


class Insight:
    """Its parameters are ``topic``, and ``last``: how many offsets of each partition, None for all."""

    unit = "offset"
    changes = False

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        step = Step(f"insight into {parameters['topic']}", None, range_of(parameters))
        return Plan(ACTION, parameters["topic"], (step,))

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        return (Need(cluster.slug, ACTION, parameters["topic"]),)

    def describe(self, parameters: Mapping[str, Any]) -> str:
        return f"Insight into {parameters['topic']}: {range_of(parameters)}"

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Pin the range, then count on from where the job stands."""
        topic, connection = job.parameters["topic"], job.cluster.connection()
        log = topic_log(job.cluster, topic)
        counting = Counting.of(job, log)
        while left := counting.standing.unfinished(counting.spans):
            counting.take(*counted(connection, topic, log.leaders, left, counting.add))
            require_same(job.cluster, counting.log)
            yield counting.checkpoint()
        yield counting.checkpoint()

    def facts(self, job: Job) -> list[tuple[str, str]]:
        return facts_of(job.result) if job.result else []

    def link(self, job: Job) -> tuple[str, str] | None:
        topic = job.parameters["topic"]
        return f"Insight into {topic}", reverse("topic-insight", job.cluster.slug, topic, query={"job": str(job.pk)})

    def end(self, job: Job) -> None:
        """Nothing of it is in Kafka."""


@dataclass
class Counting:
    """An insight as it goes: its range, where it stands in it, and what was counted."""

    log: TopicLog
    decoding: Decoding
    spans: Mapping[int, Span]
    standing: Standing
    tally: Tally
    codecs: Counter[str]
    unreadable: dict[str, str]

    @classmethod
    def of(cls, job: Job, log: TopicLog) -> "Counting":
        """Return a job's; at its beginning, the range is pinned.

        Raises:
            KafkaFailure: the range is not known.
        """
        topic, cursor = job.parameters["topic"], job.cursor
        decoding = decoding_of(job.cluster, topic)
        if not cursor:
            spans = pinned(job.cluster.connection(), topic, log.leaders, job.parameters["last"])
            return cls(log, decoding, spans, beginning(spans), Tally(), Counter(), {})
        spans, standing = spans_from_json(cursor["spans"]), standing_from_json(cursor["standing"])
        codecs = Counter(dict(cursor["codecs"]))
        log = replace(log, topic_id=cursor.get("topic_id") or log.topic_id)
        return cls(log, decoding, spans, standing, from_json(cursor["tally"]), codecs, cursor["unreadable"])

    def add(self, record: Record) -> None:
        self.tally.add(record, self.detect)

    def detect(self, record: Record, part: str) -> str:
        decoded = self.decoding.decoded(record, part)
        return NULL if decoded is None else decoded.label or BYTES

    def take(self, places: Mapping[int, int], codecs: Counter[str], unreadable: Mapping[int, str]) -> None:
        """Note how far a stretch has got, and what could not be read of it."""
        self.standing = Standing({**self.standing.places, **places})
        self.codecs += codecs
        self.unreadable |= {str(partition): why for partition, why in unreadable.items()}

    def checkpoint(self) -> Checkpoint:
        cursor = {
            "spans": spans_as_json(self.spans), "standing": self.standing.as_json(), "tally": self.tally.as_json(),
            "codecs": list(self.codecs.items()), "unreadable": self.unreadable, "topic_id": self.log.topic_id,
        }  # fmt: skip
        total = sum(span.end - span.start for span in self.spans.values())
        result = {**self.tally.result(), "codecs": self.codecs.most_common(), "unreadable": self.unreadable}
        return Checkpoint(cursor, self.standing.done(self.spans), total, result)


def range_of(parameters: Mapping[str, Any]) -> str:
    last = parameters["last"]
    return "all records" if last is None else f"the last {plural(last, 'offset')} of each partition"


INSIGHT = Insight()
