"""Copying records, as a job: what a slice will be is noted before it is written, so that none is written twice."""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any

from clusters.gateway.errors import NotFound
from clusters.gateway.writing.slices import SliceWriter, forget
from clusters.jobs.kinds import Checkpoint, Need
from clusters.messages.produce.file_job import delivery
from clusters.messages.replay.source import SLICE, Source, copy_of
from clusters.messages.replay.standing import Standing, from_json, resumed, spans_from_json
from clusters.models import Cluster, Job
from core.plan import Plan, Step
from core.web.formats import first_names, plural
from core.web.paths import reverse

ACTION = "messages.produce"
NAME = "copy-records"
KEPT = {"same": "The source's", "key": "By the key"}


class CopyRecords:
    """Its parameters are ``source`` (slug), ``from_topic``, ``query``, ``spans``, ``clear``, ``topic``, ``writer``.

    ``topic_id`` is that of the source, where Kafka tells it. ``partition`` is ``same`` or ``key``, ``time`` ``same`` or
    ``now``; ``rate`` is in records per second, or None. ``target`` is the slug of the job's cluster; ``notes`` are what
    to consider.
    """

    unit = "offset"
    changes = True

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        """Plan the copy of exactly the range that was pinned."""
        spans = spans_from_json(parameters["spans"])
        ranges = [f"{partition}: {span.start:,} to {span.end - 1:,}" for partition, span in spans.items()]
        count = sum(span.end - span.start for span in spans.values())
        steps = [
            Step(f"records in {parameters['topic']}", None, f"copies from {place_of(parameters)}"),
            Step("range", None, f"{plural(count, 'offset')} of partition {first_names(ranges)}"),
            Step("filter", None, described(parameters["query"])),
            Step("partitions", None, "same as the source's" if parameters["partition"] == "same" else "by the key"),
            Step("timestamps", None, "same as the source's" if parameters["time"] == "same" else "now"),
        ]
        steps += [Step("rate", None, f"at most {parameters['rate']:,} records/s")] if parameters["rate"] else []
        return Plan(ACTION, parameters["topic"], tuple(steps), tuple(parameters["notes"]))

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        source, topic = parameters["source"], parameters["from_topic"]
        unmask = (Need(source, "messages.unmask", topic),) if parameters["clear"] else ()
        target = Need(cluster.slug, ACTION, parameters["topic"], change=True)
        return (target, Need(source, "messages.view", topic), *unmask)

    def describe(self, parameters: Mapping[str, Any]) -> str:
        return f"Copy records of {place_of(parameters)} to {parameters['topic']}"

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Read a slice, note it, write it, note that it is written."""
        parameters, spans = job.parameters, spans_from_json(job.parameters["spans"])
        total = sum(span.end - span.start for span in spans.values())
        began, before = time.monotonic(), None
        source = source_of(parameters)
        with closing(SliceWriter(job.cluster.connection(), parameters["topic"], parameters["writer"])) as writer:
            standing = resumed(job.cursor, spans, writer.last_written())
            before = standing.copied
            while standing.unfinished(spans):
                part = source.read(standing, spans, min(SLICE, parameters["rate"] or SLICE))
                after = part.after
                if part.records:
                    same_partition, same_time = parameters["partition"] == "same", parameters["time"] == "same"
                    copies = [
                        copy_of(record, same_partition=same_partition, same_time=same_time) for record in part.records
                    ]
                    after = standing.written(after, timed_zero=sum(copy.time_ms == 0 for copy in copies))
                    cursor = {"standing": standing.as_json(), "next": after.as_json()}
                    yield Checkpoint(cursor, standing.done(spans), total, job.result, whole=False)
                    writer.write(copies, after.slices)
                standing = after
                wait = ahead(standing.copied - before, parameters["rate"], time.monotonic() - began)
                result = {"delivery": delivery(exactly_once=writer.exactly_once)}
                yield Checkpoint({"standing": standing.as_json()}, standing.done(spans), total, result, wait)

    def facts(self, job: Job) -> list[tuple[str, str]]:
        """Tell how many records were copied, and what was not."""
        if not job.cursor or not job.result:
            return []
        standing: Standing = from_json(job.cursor["standing"])
        missing = {
            "Deleted before they were copied (offsets)": standing.gone,
            "Left out, as their transactions are not over (offsets)": standing.open,
            "Left out, as the filter could not decide (records)": standing.undecided,
            "Copied 1 ms later, as the timestamp 0 cannot be written (records)": standing.timed_zero,
        }
        counts = [("Records copied", f"{standing.copied:,}"), ("Delivery", job.result["delivery"])]
        return counts + [(label, f"{number:,}") for label, number in missing.items() if number]

    def link(self, job: Job) -> tuple[str, str] | None:
        topic = job.parameters["topic"]
        return f"Messages of {topic}", reverse("topic-messages", job.cluster.slug, topic)

    def end(self, job: Job) -> None:
        forget(job.cluster.connection(), job.parameters["writer"])


def source_of(parameters: Mapping[str, Any]) -> Source:
    """Return what is copied.

    Raises:
        KafkaFailure: its cluster or topic is not there any more, or nobody answers.
    """
    cluster = Cluster.objects.filter(slug=parameters["source"]).first()
    if cluster is None:
        raise NotFound(f"There is no cluster {parameters['source']} any more.", "Check the list.")
    topic, topic_id = parameters["from_topic"], parameters.get("topic_id")
    return Source(cluster, topic, parameters["query"], parameters["clear"], topic_id)


def place_of(parameters: Mapping[str, Any]) -> str:
    """Return the source's name, with its cluster where that is another one."""
    if parameters["source"] == parameters["target"]:
        return str(parameters["from_topic"])
    return f"{parameters['source']}/{parameters['from_topic']}"


def described(query: Mapping[str, str]) -> str:
    """Return a query's filters in words."""
    filters = [f"{name.replace('_', ' ')} {value}" for name, value in sorted(query.items())
               if name in {"contains", "equals", "regex", "key", "json_path", "cel", "where"} and value]  # fmt: skip
    which = "all records" if query.get("isolation") == "all" else "committed records"
    return f"{which}; {', '.join(filters)}" if filters else which


def ahead(copied: int, rate: int | None, seconds: float) -> float:
    """Return by how many seconds a copy is ahead of its rate."""
    return max(0.0, copied / rate - seconds) if rate else 0.0


COPY_RECORDS = CopyRecords()
