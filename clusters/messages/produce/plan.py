"""What writing a record would do. Pure."""

from collections.abc import Mapping

from clusters.gateway.writing.produce import NewRecord
from core.plan import Plan, Step
from core.web.formats import plural, size

ACTION = "messages.produce"
MOVED = "The timestamp 0 (1970-01-01 00:00:00) is written 1 ms later: Kafka's client library takes 0 for now."


def plan(topic: str, record: NewRecord, cleanup_policy: str, schemas: Mapping[str, str] | None = None) -> Plan:
    """Plan a record; the topic's cleanup policy says what a null value or a missing key means.

    ``schemas`` names those of the key and the value, where they have one.
    """
    notes = schemas or {}
    where = "by its key" if record.key is not None else "any"
    partition = f"partition {record.partition}" if record.partition is not None else f"partition: {where}"
    headers = f", {plural(len(record.headers), 'header')}" if record.headers else ""
    text = f"{described('key', record.key, notes)}, {described('value', record.value, notes)}{headers}; {partition}"
    return Plan(
        ACTION, topic, (Step(f"record in {topic}", None, text),), tuple(warnings(topic, record, cleanup_policy))
    )


def described(noun: str, data: bytes | None, notes: Mapping[str, str]) -> str:
    if data is None:
        return f"{noun} null"
    return f"{noun} of {size(len(data))}" + (f" ({notes[noun]})" if noun in notes else "")


def warnings(topic: str, record: NewRecord, cleanup_policy: str) -> list[str]:
    """Return what to consider before the record is there: it cannot be taken back."""
    sentences = []
    if topic.startswith("__"):
        sentences.append(
            "This is an internal topic of Kafka: what is written here can break every consumer of the cluster."
        )
    if "compact" in cleanup_policy and record.key is None:
        sentences.append("The topic is compacted: Kafka refuses records without a key.")
    elif "compact" in cleanup_policy and record.value is None:
        sentences.append("A null value is a tombstone: compaction deletes what is stored under this key.")
    return [*sentences, MOVED] if record.time_ms == 0 else sentences
